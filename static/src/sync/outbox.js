// Commands on their way: kept in IndexedDB until the server says that they are on disk, and in the journal until
// IndexedDB has them; sent in order, each under one id, so that sending one again after a lost answer, a reload, or from
// a second tab, does nothing twice. What the server refuses stays, with the reason, if somebody wrote it; and so does
// what was written here by whoever this browser was before, for this person to send, copy or erase.
import { del, delMany, entries, set, setMany } from 'idb-keyval';
import { commandId } from '../page/ids.js';
import { openStore, soon } from './database.js';
import { Journal } from './journal.js';
import { recordsOf, writingOf } from './writings.js';

/** @typedef {import('./writings.js').Command} Command */
/** @typedef {import('./writings.js').Stored} Stored */
/** @typedef {{ ok: true, seq: number, key?: string, secret?: string, inverse?: Record<string, any>[] }} Done */
/** @typedef {import('./writings.js').WireError} WireError */
/** @typedef {Done | { ok: false, error: WireError }} Answer */
/** @typedef {{ key: string, command: Command, sent: boolean, refused?: WireError, resolve?: (answer: Answer) => void }} Entry */

// Not the command's fault: it stays, and is sent again a little later.
const PASSING = ['slow_down', 'try_again', 'internal_error'];
const PAUSE = 2000;
const UNANSWERED = 100; // commands under way at once: a server takes no more than some hundreds in a burst

export class Outbox {
  /**
   * @param {string} owner whose commands these are: workshop and person
   * @param {(command: Command, answered: (answer: Answer) => void) => boolean} send false: not connected
   * @param {(ids: string[]) => void} changed called with the records a change concerns
   */
  constructor(owner, send, changed) {
    this.owner = owner;
    this.workshop = owner.split('|')[0];
    this.send = send;
    this.changed = changed;
    /** @type {Entry[]} */
    this.entries = [];
    /** What whoever this browser was before had not sent. @type {Entry[]} */
    this.strays = [];
    /** Keys of what is done with, while the database may still hold it. @type {Set<string>} */
    this.done = new Set();
    /** What the server has, but the records do not yet show: else they would fall back for a moment. @type {{ command: Command, seq: number }[]} */
    this.arrived = [];
    /** Up to which event the records are. */
    this.have = 0;
    /** Commands that the records do not show, by the records they are about. @type {Map<string, Command[]> | null} */
    this.byRecord = null;
    /** When the last command was written, in ms since the epoch by this device's clock. */
    this.latest = 0;
    this.underWay = 0;
    /** @type {Set<Entry>} */
    this.postponed = new Set();
    /** Whether this browser would not keep something, so that it lives only as long as the page. */
    this.isForgetful = false;
    this.store = openStore('speedboat', 'outbox');
    this.journal = new Journal(owner);
    // What an earlier visit left goes first: nothing is sent before it is known.
    this.loaded = !this.store;
  }

  /** Read what an earlier visit or another tab left, then send: two tabs that send the same do it once. */
  async load() {
    // The journal first: what moves from there into the database meanwhile is then met twice rather than never.
    const left = new Map(this.journal.left(this.workshop));
    const stored = new Map(this.store ? await soon(entries(this.store), /** @type {[IDBValidKey, any][]} */ ([])) : []);
    for (const [key, command] of left) {
      if (stored.has(key)) this.journal.drop(key);
      else if (this.isOurs(key) && !this.done.has(key)) this.keep([[key, command]]);
    }
    const known = new Set([...this.done, ...[...this.entries, ...this.strays].map((entry) => entry.key)]);
    const news = [...new Map([...stored, ...left])]
      .filter(([key]) => String(key).startsWith(`${this.workshop}|`) && !known.has(String(key)))
      .map(([key, { refused, ...command }]) => ({ key: String(key), command, refused, sent: false }));
    const ours = news.filter((entry) => this.isOurs(entry.key));
    for (const { key } of ours) this.latest = Math.max(this.latest, Number(key.split('|')[2].slice(0, 15)) || 0);
    if (ours.length) this.entries = [...ours, ...this.entries].sort(byAge);
    this.strays = [...this.strays, ...news.filter((entry) => !this.isOurs(entry.key))].sort(byAge);
    this.note(news);
    this.loaded = true;
    this.flush();
  }

  /**
   * @param {string} name
   * @param {Record<string, any>} args
   * @returns {Promise<Answer>} once the server has answered, however long that takes
   */
  add(name, args) {
    return this.addAll([{ name, ...args }])[0];
  }

  /**
   * Many at once cost one write and one drawing.
   * @param {{ name: string, [argument: string]: any }[]} commands without their ids
   * @returns {Promise<Answer>[]}
   */
  addAll(commands) {
    /** @type {Entry[]} */
    const news = [];
    const answers = commands.map((command) => new Promise((/** @type {(answer: Answer) => void} */ resolve) => {
      news.push({ ...this.address({ ...command, id: commandId() }), sent: false, resolve });
    }));
    this.entries.push(...news);
    // What a tab that dies at once would lose is worth a line in the journal; hundreds of lines would fill it.
    const isKept = news.length <= UNANSWERED && news.map(({ key, command }) => this.journal.keep(key, command)).every(Boolean);
    this.keep(news.map(({ key, command }) => [key, command]), isKept);
    this.note(news);
    this.flush();
    return answers;
  }

  /** Where a new command is kept: sorted by when. @param {Command} command */
  address(command) {
    // A clock that was set back does not put what is written now before what was written earlier.
    this.latest = Math.max(Date.now(), this.latest + 1);
    const when = `${this.latest}`.padStart(15, '0') + '0'.repeat(6);
    return { key: `${this.owner}|${when}|${command.id}`, command };
  }

  /**
   * Into the database, and out of the journal once it is there.
   * @param {[string, Stored][]} pairs
   * @param {boolean} [isKept] whether the journal has them
   */
  keep(pairs, isKept = true) {
    const forget = () => {
      this.isForgetful ||= !isKept;
      this.note([]);
    };
    if (!this.store) return forget();
    (pairs.length === 1 ? set(...pairs[0], this.store) : setMany(pairs, this.store))
      .then(() => pairs.forEach(([key]) => this.journal.drop(key)), forget);
  }

  /** Send whatever has not been sent over this connection, in order. */
  flush() {
    if (!this.loaded) return;
    for (const entry of this.entries) {
      if (this.underWay >= UNANSWERED) return;
      if (entry.sent || entry.refused) continue;
      if (!this.send(entry.command, (answer) => this.answered(entry, answer))) return;
      entry.sent = true;
      this.underWay++;
    }
  }

  /** A connection ended: what was not answered will be sent again over the next one. */
  disconnected() {
    this.loaded = !this.store;
    this.underWay = 0;
    for (const entry of this.entries) entry.sent = false;
  }

  /**
   * @param {Entry} entry
   * @param {Answer} answer
   */
  answered(entry, answer) {
    if (entry.sent) this.underWay--;
    if (!answer.ok && PASSING.includes(answer.error.code)) return this.sendLater(entry);
    if (answer.ok && answer.seq > this.have) this.arrived.push({ command: entry.command, seq: answer.seq });
    if (answer.ok || !writingOf(entry.command) || isThere(answer.error)) this.dismiss(entry);
    else this.refuse(entry, answer.error);
    this.flush();
    if (entry.resolve) entry.resolve(answer);
  }

  /**
   * The records are up to an event now, and show what we did until then.
   * @param {number} have its number
   * @param {boolean} isWhole whether they were replaced: a restored backup may never show what was answered before
   */
  seen(have, isWhole) {
    this.have = have;
    if (!this.arrived.length) return;
    this.arrived = isWhole ? [] : this.arrived.filter(({ seq }) => seq > have);
    this.byRecord = null;
  }

  /** @param {Entry} entry one that the server could not take just now */
  sendLater(entry) {
    if (!this.postponed.size) {
      setTimeout(() => {
        for (const other of this.postponed) other.sent = false;
        this.postponed.clear();
        this.flush();
      }, PAUSE);
    }
    this.postponed.add(entry);
  }

  /** What somebody wrote stays, with the reason, until they have seen to it. @param {Entry} entry @param {WireError} error */
  refuse(entry, error) {
    entry.refused = error;
    this.keep([[entry.key, { ...entry.command, refused: error }]], this.journal.keep(entry.key, { ...entry.command, refused: error }));
    this.note([entry]);
  }

  /** @param {Entry} entry one that is done with */
  dismiss(entry) {
    this.done.add(entry.key);
    this.journal.drop(entry.key);
    if (this.store) del(entry.key, this.store).catch(() => {});
    this.entries = this.entries.filter((other) => other !== entry);
    this.strays = this.strays.filter((other) => other !== entry);
    this.note([entry]);
  }

  /**
   * Send what was refused once more, or what was written before this person came, as theirs.
   * @param {Entry} entry
   * @param {Record<string, any>} [change] arguments that are to be others now
   * @returns {Promise<Answer>}
   */
  retry(entry, change = {}) {
    const { id: _id, ...command } = entry.command;
    const answer = this.addAll([{ ...command, name: command.name, ...change }])[0];
    this.dismiss(entry); // kept twice for a moment rather than not at all
    return answer;
  }

  /** Many at once may be too many: what has not been sent yet is taken back. @param {string} name of the commands @returns {Command[]} */
  withdraw(name) {
    const unsent = this.entries.filter((entry) => entry.command.name === name && !entry.sent && !entry.refused);
    this.done = new Set([...this.done, ...unsent.map((entry) => entry.key)]);
    if (this.store) delMany(unsent.map((entry) => entry.key), this.store).catch(() => {});
    for (const entry of unsent) this.journal.drop(entry.key);
    const gone = new Set(unsent);
    this.entries = this.entries.filter((entry) => !gone.has(entry));
    this.note(unsent);
    return unsent.map((entry) => entry.command);
  }

  /** Something changed. @param {Entry[]} entries */
  note(entries) {
    this.byRecord = null;
    this.changed(entries.flatMap((entry) => recordsOf(entry.command)));
  }

  /** Keep and send nothing more. */
  close() {
    this.entries = [];
    this.arrived = [];
    this.strays = [];
    this.byRecord = null;
    this.store = null;
    this.journal.close();
    this.loaded = false;
  }

  /** @param {string} key */
  isOurs(key) {
    return key.startsWith(`${this.owner}|`);
  }

  /** Commands not yet on disk. */
  get waiting() {
    return this.entries.filter((entry) => !entry.refused);
  }

  get refused() {
    return this.entries.filter((entry) => entry.refused);
  }

  /** Commands that the records do not show yet, in order: what is on its way, and what has just arrived. @returns {Command[]} */
  get unseen() {
    return [...this.arrived, ...this.waiting].map(({ command }) => command);
  }

  /** Commands about a record that it does not show yet, in order. @param {string} id @returns {Command[]} */
  about(id) {
    if (!this.byRecord) {
      this.byRecord = new Map();
      for (const command of this.unseen) {
        for (const record of new Set(recordsOf(command))) this.byRecord.set(record, [...(this.byRecord.get(record) || []), command]);
      }
    }
    return this.byRecord.get(id) || [];
  }
}

/** An id is used once: what is refused for that has arrived before, and only its answer was lost. @param {WireError} error */
const isThere = (error) => error.code === 'id_taken';

/** Keys begin with whose and when. @param {Entry} one @param {Entry} other */
const byAge = (one, other) => (one.key < other.key ? -1 : 1);
