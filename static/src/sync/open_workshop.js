// One open workshop: its records, its outbox, its connection, and who this browser is in it.
import { at } from '../page/page.js';
import { connect } from './connection.js';
import { deviceId } from './device.js';
import { forget, recall, remember, takeKey } from './identity.js';
import { optimistic } from './optimistic.js';
import { Outbox } from './outbox.js';
import { reasonOfSilence } from './reachability.js';
import { Records } from './records.js';
import { ServerClock } from './server_clock.js';
import { crew, howMany, link, me, notice, refusal, trouble, version } from './signals.js';
import { forgetSeen, keepSoon, lastSeen } from './snapshot.js';
import { closeLibrary, eraseTraces, onErased } from './traces.js';
import { Undo } from './undo.js';
import { madeBy } from './writings.js';

/** @typedef {import('./outbox.js').Answer} Answer */
/** @typedef {import('../page/page.js').Page} Page */
/** @typedef {{ card: string, x: number, y: number }} Drag */

const UNANSWERED = 1500; // ms until the board is shown as it was last seen here
const SILENT = 4000; // ms until whoever waits to come in is told why
const CLOCK_CHECK = 5000; // ms
const BUSY = 2000; // ms until a server that could not let us in is asked again

export class OpenWorkshop {
  /** @param {Page} page */
  constructor(page) {
    this.page = page;
    this.records = new Records((have, isWhole) => this.outbox?.seen(have, isWhole));
    this.undoing = new Undo();
    /** @type {Set<(ids: Set<string>) => void>} */
    this.listeners = new Set();
    /** @type {Set<(drag: Drag) => void>} */
    this.dragListeners = new Set();
    /** @type {import('socket.io-client').Socket | undefined} */
    this.socket = undefined;
    /** @type {import('./identity.js').Identity} */
    this.identity = {};
    /** @type {Outbox | undefined} */
    this.outbox = undefined;
    this.entered = false;
    this.isAsking = false;
    /** The name given at the door: the latest, since one may be refused. */
    this.joiningAs = '';
    this.passphrase = '';
    /** Until the next knock of somebody who waits. */
    this.knocking = 0;
    this.clock = new ServerClock();
    if (!this.isScreen) onErased(() => this.leave());
    setInterval(() => this.checkClock(), CLOCK_CHECK);
  }

  get isScreen() {
    return this.page.view === 'screen';
  }

  // --- reading --------------------------------------------------------------------------------------------------------

  /** A record with our own commands on it that it does not show yet. @param {string} id @returns {any} */
  look(id) {
    return optimistic(id, this.records.byId.get(id), this.outbox?.about(id) || [], me.peek()?.id ?? null);
  }

  /** Every record of a type, in the order they came. @param {string} type @returns {any[]} */
  ofType(type) {
    const { byId } = this.records;
    const ids = [...byId.values()].filter((record) => record.type === type).map((record) => record.id);
    for (const command of this.outbox?.unseen || []) {
      const id = madeBy(command);
      if (id?.startsWith(`${type}:`) && !byId.has(id) && !ids.includes(id)) ids.push(id);
    }
    return ids.map((id) => this.look(id)).filter(Boolean);
  }

  /** Commands on their way. */
  get waiting() {
    return this.outbox ? this.outbox.waiting : [];
  }

  /** @param {(ids: Set<string>) => void} listener called once for each change, with the ids @returns {() => void} */
  subscribe(listener) {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  /** @param {Set<string>} ids */
  changed(ids) {
    if (!ids.size) return;
    version.value++;
    for (const listener of this.listeners) listener(ids);
    if (this.entered && !this.isScreen) {
      keepSoon(this.page.code, () => ({ me: me.peek(), records: [...this.records.byId.values()] }));
    }
  }

  /** Milliseconds since the epoch by the server's clock. */
  now() {
    return this.clock.now();
  }

  // --- acting ---------------------------------------------------------------------------------------------------------

  /**
   * Do a command; the answer comes when it is on disk. What can be undone is remembered.
   * @param {string} name
   * @param {Record<string, any>} [args]
   * @param {{ quiet?: boolean, undoing?: boolean }} [how] quiet: whoever asks shows a refusal themselves
   * @returns {Promise<Answer>}
   */
  async act(name, args = {}, how = {}) {
    if (!this.outbox) return { ok: false, error: { code: 'no_token', message: '' } };
    const answer = await this.outbox.add(name, args);
    if (answer.ok && answer.inverse && !how.undoing) this.undoing.push(answer.inverse);
    if (!answer.ok && !how.quiet) notice.value = { text: answer.error.message, kind: 'wrong' };
    return answer;
  }

  /** Do many commands of one kind at once, which are one act to undo. @param {string} name @param {Record<string, any>[]} list their arguments */
  actAll(name, list) {
    /** @type {Record<string, any>[]} */
    let inverse = [];
    for (const answer of this.outbox?.addAll(list.map((args) => ({ name, ...args }))) || []) {
      answer.then((its) => {
        if (!its.ok || !its.inverse) return;
        // Undone before all of it was answered: what is answered later is another act.
        inverse = this.undoing.has(inverse) ? inverse : this.undoing.push([]);
        inverse.unshift(...its.inverse);
      });
    }
  }

  /** Undo the last act of ours: the commands that the server gave for that, newest first. */
  async undo() {
    for (const { name, ...args } of this.undoing.pop()) await this.act(name, args, { undoing: true });
  }

  /** @param {(drag: Drag) => void} listener */
  onDrag(listener) {
    this.dragListeners.add(listener);
    return () => {
      this.dragListeners.delete(listener);
    };
  }

  /** Show others where a card is while it is dragged; nothing is kept. @param {string} card @param {number} x @param {number} y */
  drag(card, x, y) {
    if (this.socket?.connected && this.entered) this.socket.emit('drag', { card, x, y });
  }

  /** @type {import('./outbox.js').Outbox['send']} */
  send(command, answered) {
    if (!this.socket?.connected || !this.entered) return false;
    this.socket.emit('do', command, answered);
    return true;
  }

  /** Ask over REST, as who we are here. @param {string} what under the workshop's address @param {Record<string, string>} [more] */
  ask(what, more = {}) {
    const query = new URLSearchParams({ lang: this.page.language, ...more });
    return fetch(at(`/api/v1/workshops/${this.page.code}/${what}?${query}`), {
      headers: { Authorization: `Bearer ${this.identity.token}` },
    });
  }

  // --- coming in ------------------------------------------------------------------------------------------------------

  /** Whether this browser has been in this workshop, or brings a key. */
  isKnown() {
    this.identity = recall(this.page.code, this.page.view);
    const key = takeKey();
    if (key) this.identity = { ...this.identity, key };
    return Boolean(this.identity.token || this.identity.key || this.isScreen);
  }

  /** Open the line while a name is typed: on a slow one that takes the seconds it would take afterwards. */
  knock() {
    this.line().io.open(() => {}); // if it cannot be opened now, it will be tried on entering
  }

  line() {
    this.socket ??= connect(() => this.auth(), {
      welcome: (welcome) => this.welcome(welcome),
      patch: (patch) => this.patch(patch),
      crew: (news) => this.hearCrew(news),
      drag: (drag) => this.dragListeners.forEach((listener) => listener(drag)),
      lost: () => this.lost(),
      refused: (error) => this.refused(error),
    });
    return this.socket;
  }

  auth() {
    const { token, key } = this.identity;
    return {
      code: this.page.code,
      token,
      key,
      name: this.joiningAs || undefined,
      passphrase: this.passphrase || undefined,
      device: deviceId(),
      view: this.isScreen ? 'screen' : undefined,
      language: this.page.language,
      since: this.records.have,
    };
  }

  /** @param {{ name?: string, passphrase?: string }} [as] */
  enter(as = {}) {
    clearTimeout(this.knocking);
    this.joiningAs = as.name || this.joiningAs;
    this.passphrase = as.passphrase || '';
    refusal.value = null;
    this.line().connect();
    // Nobody answers: go on from what was last seen here.
    setTimeout(() => this.showLastSeen(), UNANSWERED);
    setTimeout(() => this.explain(), SILENT);
  }

  /** Whoever is still waiting to come in is told what is in the way. */
  async explain() {
    if (me.peek() || refusal.peek() || !this.socket?.active || this.socket.connected) return;
    const reason = await reasonOfSilence();
    trouble.value = me.peek() || refusal.peek() ? null : reason;
  }

  /** After a sleep, or a change of this device's clock, the server says what time it is on coming back. */
  checkClock() {
    if (!this.clock.isDoubtful || !this.socket?.connected || !this.entered) return;
    this.socket.disconnect().connect();
  }

  /** Without a server, the board as it was when we last saw it: it can be read, and written on. */
  async showLastSeen() {
    const { person } = this.identity;
    if (me.peek() || !person || this.isScreen) return;
    const seen = await lastSeen(this.page.code);
    if (!seen || !seen.me || seen.me.id !== person || me.peek() || refusal.peek()) return;
    this.records.replace({ since: 0, to: 0, put: seen.records, remove: [] });
    this.openOutbox(seen.me.id);
    me.value = seen.me;
    link.value = 'away';
    this.changed(new Set(this.records.byId.keys()));
  }

  /** @param {string | null} person whose commands and drafts: workshop and person */
  ownerOf(person) {
    return `${this.page.code}|${person}`;
  }

  /** @param {string} person */
  openOutbox(person) {
    if (this.outbox?.owner === this.ownerOf(person)) return;
    const { send } = this;
    this.outbox = new Outbox(this.ownerOf(person), send.bind(this), (ids) => this.changed(new Set(ids)));
    this.outbox.load();
  }

  /** @param {string} key a renewed one */
  keepKey(key) {
    this.identify({ key });
    return key;
  }

  /** @param {Partial<import('./identity.js').Identity>} change */
  identify(change) {
    this.identity = { ...this.identity, ...change };
    remember(this.page.code, this.page.view, this.identity);
  }

  /** "I am someone else": this browser forgets whoever used it, in every workshop. @returns {Promise<boolean>} false: it could not */
  async forgetMe() {
    if (!(await closeLibrary())) return false;
    this.stopKeeping();
    await eraseTraces();
    this.leave();
    return true;
  }

  /** Another tab of this browser has forgotten who used it. */
  leave() {
    this.stopKeeping();
    location.replace(at(`/w/${this.page.code}`));
  }

  /** From here on nothing is kept or sent. */
  stopKeeping() {
    this.entered = false;
    this.socket?.disconnect();
    this.outbox?.close();
    forgetSeen(this.page.code);
  }

  // --- hearing --------------------------------------------------------------------------------------------------------

  /** @param {{ me: import('./signals.js').Me, token: string, now: number, patch: import('../wire/wire').Patch }} welcome */
  welcome(welcome) {
    this.clock.set(welcome.now);
    trouble.value = null;
    this.passphrase = '';
    refusal.value = null;
    // The machine at the wall is anybody's: its token is enough to come back. Elsewhere a key is kept with the token:
    // it gives the role again should the role be lost by accident, and is refused once renewed.
    if (this.isScreen) delete this.identity.key;
    this.identify({ token: welcome.token, person: welcome.me.id || undefined });
    me.value = welcome.me;
    if (welcome.me.id) this.openOutbox(welcome.me.id);
    const changes = this.records.apply(welcome.patch);
    this.entered = true;
    link.value = 'here';
    if (changes instanceof Set) this.changed(changes);
    version.value++;
    // What a tab that is closed by now had not got rid of goes with ours.
    this.outbox?.load();
  }

  /** @param {import('../wire/wire').Patch} patch */
  patch(patch) {
    const changes = this.records.apply(patch);
    if (changes === 'gap') this.askForDifference();
    else if (changes instanceof Set) {
      this.noticeMyRole(changes);
      this.changed(changes);
    }
  }

  askForDifference() {
    if (this.isAsking || !this.socket) return;
    this.isAsking = true;
    this.socket.emit('changes', { since: this.records.have }, (/** @type {any} */ patch) => {
      this.isAsking = false;
      if (patch && patch.put) this.patch(patch);
    });
  }

  /** A key renewed or given elsewhere changes who we are here. @param {Set<string>} ids */
  noticeMyRole(ids) {
    const mine = me.peek();
    const record = mine?.id && ids.has(mine.id) ? /** @type {any} */ (this.records.byId.get(mine.id)) : null;
    if (mine && record) me.value = { ...mine, role: record.role, name: record.name };
  }

  /** @param {{ people?: { id: string, here: boolean }[], here?: number }} news */
  hearCrew(news) {
    const here = new Set(news.people ? crew.value : []);
    for (const person of news.people || []) {
      if (person.here) here.add(person.id);
      else here.delete(person.id);
    }
    crew.value = here;
    howMany.value = news.here ?? here.size;
  }

  lost() {
    this.entered = false;
    this.isAsking = false;
    crew.value = new Set();
    howMany.value = 0;
    this.outbox?.disconnected();
    link.value = me.value ? 'away' : 'connecting';
    this.explain();
  }

  /** @param {{ code: string, message: string, token?: string, retry_in?: number }} error */
  refused(error) {
    this.entered = false;
    if (error.code === 'waiting') this.knockAgain(error);
    if (error.code === 'bad_key' && this.identity.token) {
      // The link was renewed; who we are still holds.
      this.identify({ key: undefined });
      notice.value = { text: error.message, kind: 'wrong' };
      this.socket?.connect();
    } else if (['bad_token', 'expired_token'].includes(error.code) && this.comeAsNew()) {
      this.socket?.connect();
    } else if (['try_again', 'slow_down', 'internal_error'].includes(error.code)) {
      setTimeout(() => this.socket?.connect(), BUSY);
    } else {
      forgetSeen(this.page.code);
      me.value = null;
      trouble.value = null;
      refusal.value = error;
    }
  }

  /** The same person knocks again, until a facilitator has opened. @param {{ token?: string, retry_in?: number }} error */
  knockAgain(error) {
    this.identify({ token: error.token });
    this.knocking = window.setTimeout(() => this.socket?.connect(), error.retry_in);
  }

  /** The token is good for nothing any more. Whether there is a key, or a wall, to come in with instead. */
  comeAsNew() {
    const { key } = this.identity;
    forget(this.page.code, this.page.view);
    this.identity = key ? { key } : {};
    return Boolean(key) || this.isScreen;
  }
}
