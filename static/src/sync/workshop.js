// One open workshop: the records, the outbox and the connection, and what the panels and the board read of them.
import { computed, signal } from '@preact/signals';
import { page } from '../page/page.js';
import { connect } from './connection.js';
import { deviceId } from './device.js';
import { forget, recall, remember, takeKey } from './identity.js';
import { optimistic } from './optimistic.js';
import { Outbox } from './outbox.js';
import { Records } from './records.js';
import { forgetSeen, keepSoon, lastSeen } from './snapshot.js';
import { closeLibrary, eraseTraces, onErased } from './traces.js';
import { Undo } from './undo.js';

/** @typedef {import('./outbox.js').Answer} Answer */
/** @typedef {{ id: string | null, role: 'participant' | 'facilitator' | 'screen', name: string }} Me */

const records = new Records();
const undoing = new Undo();
/** @type {Set<(ids: Set<string>) => void>} */
const listeners = new Set();
/** @type {import('socket.io-client').Socket | undefined} */
let socket;
/** @type {import('./identity.js').Identity} */
let identity = {};
let entered = false;
/** The name given at the door: the latest, since one may be refused. */
let joiningAs = '';
let passphrase = '';
/** Until the next knock of somebody who waits. */
let knocking = 0;
let clockOffset = 0;
/** @type {Outbox | undefined} */
let outbox;

/** Counts changes: whatever reads it is drawn again. */
const version = signal(0);
/** @type {import('@preact/signals').Signal<Me | null>} */
export const me = signal(null);
/** @type {import('@preact/signals').Signal<'connecting' | 'here' | 'away'>} */
export const link = signal(/** @type {any} */ ('connecting'));
/** @type {import('@preact/signals').Signal<{ code: string, message: string } | null>} */
export const refusal = signal(/** @type {any} */ (null));
/** @type {import('@preact/signals').Signal<Set<string>>} */
export const crew = signal(new Set());
/** How many people are here; in an anonymous workshop that is all one is told. */
export const howMany = signal(0);
/** @type {import('@preact/signals').Signal<{ text: string, kind: 'said' | 'wrong' } | null>} */
export const notice = signal(/** @type {any} */ (null));

/** A record with our own commands on it that are still on their way. @param {string} id @returns {any} */
export function get(id) {
  version.value;
  return look(id);
}

/** @param {string} id */
function look(id) {
  const waiting = outbox ? outbox.waiting.map((entry) => entry.command) : [];
  return optimistic(id, records.byId.get(id), waiting, me.peek()?.id ?? null);
}

/** Every record of a type, in the order they came. @param {string} type @returns {any[]} */
export function ofType(type) {
  version.value;
  const ids = [...records.byId.values()].filter((record) => record.type === type).map((record) => record.id);
  for (const { command } of outbox?.waiting || []) {
    if (command.name === `add_${type}` && !records.byId.has(command[type])) ids.push(command[type]);
  }
  return ids.map(look).filter(Boolean);
}

export const workshop = computed(() => {
  version.value;
  return /** @type {import('../wire/wire').WorkshopRecord | undefined} */ (records.byId.get('workshop'));
});
export const cards = computed(() => ofType('card').filter((card) => !card.deleted));
export const themes = computed(() => ofType('theme').filter((theme) => !theme.deleted));
export const people = computed(() => ofType('person').filter((person) => !person.waiting && !person.removed));
/** For facilitators: who waits at the door, and who was removed. */
export const waiting = computed(() => ofType('person').filter((person) => person.waiting));
export const outside = computed(() => ofType('person').filter((person) => person.removed));
/** Whose commands and drafts this page makes: workshop and person. */
export const owner = computed(() => ownerOf(me.value?.id ?? null));
export const isFacilitator = computed(() => me.value?.role === 'facilitator');
export const waitingCount = computed(() => {
  version.value;
  return outbox ? outbox.waiting.length : 0;
});
/** Cards the server would not take, with the reason. */
export const refusedCards = computed(() => {
  version.value;
  return outbox ? outbox.refused : [];
});

/** @param {(ids: Set<string>) => void} listener called once for each change, with the ids @returns {() => void} */
export function subscribe(listener) {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** @param {Set<string>} ids */
function changed(ids) {
  if (!ids.size) return;
  version.value++;
  for (const listener of listeners) listener(ids);
  if (entered && page.view !== 'screen') keepSoon(page.code, () => ({ me: me.peek(), records: [...records.byId.values()] }));
}

/** Milliseconds since the epoch by the server's clock. */
export const now = () => Date.now() + clockOffset;

// --- acting ---------------------------------------------------------------------------------------------------------

/**
 * Do a command; the answer comes when it is on disk. What can be undone is remembered.
 * @param {string} name
 * @param {Record<string, any>} [args]
 * @param {{ quiet?: boolean, undoing?: boolean }} [how] quiet: whoever asks shows a refusal themselves
 * @returns {Promise<Answer>}
 */
export async function act(name, args = {}, how = {}) {
  if (!outbox) return { ok: false, error: { code: 'no_token', message: '' } };
  const answer = await outbox.add(name, args);
  if (answer.ok && answer.inverse && !how.undoing) undoing.push(answer.inverse);
  if (!answer.ok && !how.quiet) notice.value = { text: answer.error.message, kind: 'wrong' };
  return answer;
}

export const canUndo = undoing.size;

/** Undo the last act of ours: the commands that the server gave for that, newest first. */
export async function undo() {
  for (const { name, ...args } of undoing.pop()) await act(name, args, { undoing: true });
}

/** @param {import('./outbox.js').Entry} entry a refused card that is done with */
export const dismiss = (entry) => outbox?.dismiss(entry);

/** @type {Set<(drag: { card: string, x: number, y: number }) => void>} */
const dragListeners = new Set();
/** @param {(drag: { card: string, x: number, y: number }) => void} listener */
export const onDrag = (listener) => {
  dragListeners.add(listener);
  return () => {
    dragListeners.delete(listener);
  };
};

/** Show others where a card is while it is dragged; nothing is kept. @param {string} card @param {number} x @param {number} y */
export function drag(card, x, y) {
  if (socket?.connected && entered) socket.emit('drag', { card, x, y });
}

// --- coming in ------------------------------------------------------------------------------------------------------

/** Whether this browser has been in this workshop, or brings a key. */
export function isKnown() {
  identity = recall(page.code, page.view);
  const key = takeKey();
  if (key) identity = { ...identity, key };
  return Boolean(identity.token || identity.key || page.view === 'screen');
}

/** Open the line while a name is typed: on a slow one that takes the seconds it would take afterwards. */
export function knock() {
  line().io.open(() => {}); // if it cannot be opened now, it will be tried on entering
}

function line() {
  socket ??= connect(
    () => ({
      code: page.code,
      token: identity.token,
      key: identity.key,
      name: joiningAs || undefined,
      passphrase: passphrase || undefined,
      device: deviceId(),
      view: page.view === 'screen' ? 'screen' : undefined,
      language: page.language,
      since: records.have,
    }),
    { welcome, patch, crew: hearCrew, drag: (told) => dragListeners.forEach((tell) => tell(told)), lost, refused },
  );
  return socket;
}

/** @param {{ name?: string, passphrase?: string }} [as] */
export function enter(as = {}) {
  clearTimeout(knocking);
  joiningAs = as.name || joiningAs;
  passphrase = as.passphrase || '';
  refusal.value = null;
  line().connect();
  // Nobody answers: go on from what was last seen here.
  setTimeout(showLastSeen, WAIT);
}

const WAIT = 1500; // ms

/** Without a server, the board as it was when we last saw it: it can be read, and written on. */
async function showLastSeen() {
  if (me.peek() || !identity.person || page.view === 'screen') return;
  const seen = await lastSeen(page.code);
  if (!seen || !seen.me || seen.me.id !== identity.person || me.peek() || refusal.peek()) return;
  records.replace({ since: 0, to: 0, put: seen.records, remove: [] });
  openOutbox(seen.me.id);
  me.value = seen.me;
  link.value = 'away';
  changed(new Set(records.byId.keys()));
}

/** @param {string | null} person */
const ownerOf = (person) => `${page.code}|${person}`;

/** @param {string} person */
function openOutbox(person) {
  if (outbox?.owner === ownerOf(person)) return;
  outbox = new Outbox(ownerOf(person), send, (ids) => changed(new Set(ids)));
  outbox.load();
}

/** The key of the facilitator link, where this browser came by it. */
export const facilitatorKey = () => identity.key || '';

/** @param {string} key a renewed one */
export function keepKey(key) {
  identity = { ...identity, key };
  remember(page.code, page.view, identity);
  return key;
}

/**
 * "I am someone else": this browser forgets whoever used it, here and in every other workshop.
 * @returns {Promise<boolean>} false: it could not, and has forgotten nothing
 */
export async function forgetMe() {
  if (!(await closeLibrary())) return false;
  stopKeeping();
  await eraseTraces();
  location.replace(`/w/${page.code}`);
  return true;
}

/** From here on nothing is kept or sent. */
function stopKeeping() {
  entered = false;
  socket?.disconnect();
  outbox?.close();
  forgetSeen(page.code);
}

if (page.view !== 'screen') {
  onErased(() => {
    stopKeeping();
    location.replace(`/w/${page.code}`);
  });
}

/** @param {{ me: Me, token: string, now: number, patch: import('../wire/wire').Patch }} told */
function welcome(told) {
  clockOffset = told.now - Date.now();
  passphrase = '';
  refusal.value = null;
  identity = { ...identity, token: told.token, person: told.me.id || undefined };
  // The machine at the wall is anybody's: its token is enough to come back.
  if (page.view === 'screen') delete identity.key;
  // A key is kept with the token: it gives the role again should the role be lost by accident, and is refused once renewed.
  remember(page.code, page.view, identity);
  me.value = told.me;
  if (told.me.id) openOutbox(told.me.id);
  const news = records.apply(told.patch);
  entered = true;
  link.value = 'here';
  if (news instanceof Set) changed(news);
  version.value++;
  // What a tab that is closed by now had not got rid of goes with ours.
  outbox?.load();
}

/** @type {import('./outbox.js').Outbox['send']} */
function send(command, answered) {
  if (!socket?.connected || !entered) return false;
  socket.emit('do', command, answered);
  return true;
}

let asking = false;

/** @param {import('../wire/wire').Patch} told */
function patch(told) {
  const news = records.apply(told);
  if (news === 'gap') askForDifference();
  else if (news instanceof Set) {
    noticeMyRole(news);
    changed(news);
  }
}

function askForDifference() {
  if (asking || !socket) return;
  asking = true;
  socket.emit('changes', { since: records.have }, (/** @type {any} */ told) => {
    asking = false;
    if (told && told.put) patch(told);
  });
}

/** A key renewed or given elsewhere changes who we are here. @param {Set<string>} ids */
function noticeMyRole(ids) {
  const mine = me.peek();
  const record = mine?.id && ids.has(mine.id) ? /** @type {any} */ (records.byId.get(mine.id)) : null;
  if (mine && record) me.value = { ...mine, role: record.role, name: record.name };
}

/** @param {{ people?: { id: string, here: boolean }[], here?: number }} told */
function hearCrew(told) {
  const here = new Set(told.people ? crew.value : []);
  for (const person of told.people || []) {
    if (person.here) here.add(person.id);
    else here.delete(person.id);
  }
  crew.value = here;
  howMany.value = told.here ?? here.size;
}

function lost() {
  entered = false;
  asking = false;
  crew.value = new Set();
  howMany.value = 0;
  outbox?.disconnected();
  link.value = me.value ? 'away' : 'connecting';
}

/** @param {{ code: string, message: string, token?: string, retry_in?: number }} error */
function refused(error) {
  entered = false;
  if (error.code === 'waiting') {
    // The same person knocks again, until a facilitator has opened.
    identity = { ...identity, token: error.token };
    remember(page.code, page.view, identity);
    knocking = window.setTimeout(() => socket?.connect(), error.retry_in);
  }
  if (error.code === 'bad_key' && identity.token) {
    // The link was renewed; who we are still holds.
    identity = { ...identity, key: undefined };
    remember(page.code, page.view, identity);
    notice.value = { text: error.message, kind: 'wrong' };
    socket?.connect();
    return;
  }
  if (['bad_token', 'expired_token'].includes(error.code)) {
    const key = identity.key;
    forget(page.code, page.view);
    identity = key ? { key } : {};
    if (key || page.view === 'screen') {
      socket?.connect();
      return;
    }
  }
  if (['try_again', 'slow_down', 'internal_error'].includes(error.code)) {
    setTimeout(() => socket?.connect(), 2000);
    return;
  }
  forgetSeen(page.code);
  me.value = null;
  refusal.value = error;
}

/** What the board surface needs of all this. */
export const store = {
  get: look,
  ofType: (/** @type {string} */ type) => ofType(type),
  workshop: () => workshop.peek(),
  subscribe,
};

/** Ask over REST, as who we are here. @param {string} what under the workshop's address @param {Record<string, string>} [more] */
export const ask = (what, more = {}) =>
  fetch(`/api/v1/workshops/${page.code}/${what}?${new URLSearchParams({ lang: page.language, ...more })}`, {
    headers: { Authorization: `Bearer ${identity.token}` },
  });
