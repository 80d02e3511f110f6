// Commands on their way: kept in IndexedDB until the server says that they are on disk, and in the journal until
// IndexedDB has them; sent in order, each under one id, so that sending one again after a lost answer, a reload, or from
// a second tab, does nothing twice.
import { createStore, del, entries, set } from 'idb-keyval';
import { commandId } from '../page/ids.js';
import { Journal } from './journal.js';

/** @typedef {import('./journal.js').Command} Command */
/** @typedef {{ ok: true, seq: number, key?: string, secret?: string, inverse?: Record<string, any>[] }} Done */
/** @typedef {{ code: string, message: string, field?: string, retry_at?: number, current?: string }} WireError */
/** @typedef {Done | { ok: false, error: WireError }} Answer */
/** @typedef {{ key: string, command: Command, sent: boolean, refused?: WireError, resolve?: (answer: Answer) => void }} Entry */

// Not the command's fault: it stays, and is sent again a little later.
const PASSING = ['slow_down', 'try_again', 'internal_error'];
const PAUSE = 2000;
// Some Safaris open no database at the first visit and say nothing: writing does not wait for them.
const PATIENCE = 1500;

export class Outbox {
  /**
   * @param {string} owner whose commands these are: workshop and person
   * @param {(command: Command, answered: (answer: Answer) => void) => boolean} send false: not connected
   * @param {(ids: string[]) => void} changed called with the records a change concerns
   */
  constructor(owner, send, changed) {
    this.owner = owner;
    this.send = send;
    this.changed = changed;
    /** @type {Entry[]} */
    this.entries = [];
    /** Keys of what is done with, while the database may still hold it. @type {Set<string>} */
    this.done = new Set();
    this.count = 0;
    this.store = openStore();
    this.journal = new Journal(owner);
    // What an earlier visit left goes first: nothing is sent before it is known.
    this.loaded = !this.store;
  }

  /** Read what an earlier visit or another tab left, then send: two tabs that send the same do it once. */
  async load() {
    // The journal first: what moves from there into the database meanwhile is then met twice rather than never.
    const left = new Map(this.journal.left());
    const stored = new Map(this.store ? await Promise.race([entries(this.store).catch(() => []), patience()]) : []);
    for (const [key, command] of left) {
      if (stored.has(key)) this.journal.drop(key);
      else if (!this.done.has(key)) this.keep(key, command);
    }
    const known = new Set([...this.done, ...this.entries.map((entry) => entry.key)]);
    const news = [...new Map([...stored, ...left])]
      .filter(([key]) => String(key).startsWith(`${this.owner}|`) && !known.has(String(key)))
      .map(([key, command]) => ({ key: String(key), command, sent: false }));
    if (news.length) this.entries = [...news, ...this.entries].sort((one, other) => (one.key < other.key ? -1 : 1));
    this.changed(news.flatMap((entry) => recordsOf(entry.command)));
    this.loaded = true;
    this.flush();
  }

  /**
   * @param {string} name
   * @param {Record<string, any>} args
   * @returns {Promise<Answer>} once the server has answered, however long that takes
   */
  add(name, args) {
    const command = { ...args, id: commandId(), name };
    // Sorted by when, then by order within this page.
    const when = `${Date.now()}`.padStart(15, '0') + `${this.count++}`.padStart(6, '0');
    const key = `${this.owner}|${when}|${command.id}`;
    return new Promise((resolve) => {
      this.entries.push({ key, command, sent: false, resolve });
      this.journal.keep(key, command);
      this.keep(key, command);
      this.changed(recordsOf(command));
      this.flush();
    });
  }

  /**
   * Into the database, and out of the journal once it is there.
   * @param {string} key
   * @param {Command} command
   */
  keep(key, command) {
    if (this.store) set(key, command, this.store).then(() => this.journal.drop(key), () => {});
  }

  /** Send whatever has not been sent over this connection, in order. */
  flush() {
    if (!this.loaded) return;
    for (const entry of this.entries) {
      if (entry.sent || entry.refused) continue;
      if (!this.send(entry.command, (answer) => this.answered(entry, answer))) return;
      entry.sent = true;
    }
  }

  /** A connection ended: what was not answered will be sent again over the next one. */
  disconnected() {
    this.loaded = !this.store;
    for (const entry of this.entries) entry.sent = false;
  }

  /**
   * @param {Entry} entry
   * @param {Answer} answer
   */
  answered(entry, answer) {
    if (!answer.ok && PASSING.includes(answer.error.code)) {
      setTimeout(() => {
        entry.sent = false;
        this.flush();
      }, PAUSE);
      return;
    }
    // A card that was refused stays in sight, and is refused again after a reload: its text is not to be lost.
    if (!answer.ok && entry.command.name === 'add_card') entry.refused = answer.error;
    else this.dismiss(entry);
    this.changed(recordsOf(entry.command));
    if (entry.resolve) entry.resolve(answer);
  }

  /** @param {Entry} entry one that is done with */
  dismiss(entry) {
    this.done.add(entry.key);
    this.journal.drop(entry.key);
    if (this.store) del(entry.key, this.store).catch(() => {});
    this.entries = this.entries.filter((other) => other !== entry);
    this.changed(recordsOf(entry.command));
  }

  /** Keep and send nothing more. */
  close() {
    this.entries = [];
    this.store = null;
    this.journal.close();
    this.loaded = false;
  }

  /** Commands not yet on disk. */
  get waiting() {
    return this.entries.filter((entry) => !entry.refused);
  }

  get refused() {
    return this.entries.filter((entry) => entry.refused);
  }
}

/**
 * The records a command is about.
 * @param {Command} command
 * @returns {string[]}
 */
export function recordsOf(command) {
  if (command.name === 'vote') return [`vote:${command.target}`];
  if (command.name === 'estimate') return [`estimate:${command.target}`];
  return [command.card, command.action, command.theme, ...(command.cards || [])].filter(Boolean);
}

/** @returns {Promise<[IDBValidKey, any][]>} nothing, after a while */
const patience = () => new Promise((resolve) => setTimeout(() => resolve([]), PATIENCE));

/** Private windows of some browsers have no IndexedDB: then commands live as long as the page. */
function openStore() {
  try {
    return indexedDB ? createStore('speedboat', 'outbox') : null;
  } catch {
    return null;
  }
}
