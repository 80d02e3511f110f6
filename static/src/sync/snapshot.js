// What the board looked like when this browser last saw it: shown, and written on, while the server cannot be reached.
// Never kept up to date from: who comes aboard gets the whole board anew.
import { del, get, set } from 'idb-keyval';
import { openStore } from './database.js';

const REST = 2000; // ms without a change before the board is kept

/** @typedef {{ me: any, records: any[] }} Seen */

let timer = 0;

/** @param {string} code @param {() => Seen} look */
export function keepSoon(code, look) {
  clearTimeout(timer);
  timer = window.setTimeout(() => {
    const store = openStore('speedboat-seen', 'boards');
    if (store) set(code, look(), store).catch(() => {});
  }, REST);
}

/** @param {string} code @returns {Promise<Seen | undefined>} */
export function lastSeen(code) {
  const store = openStore('speedboat-seen', 'boards');
  return store ? get(code, store).catch(() => undefined) : Promise.resolve(undefined);
}

/** @param {string} code */
export function forgetSeen(code) {
  clearTimeout(timer);
  const store = openStore('speedboat-seen', 'boards');
  return store ? del(code, store).catch(() => {}) : Promise.resolve();
}
