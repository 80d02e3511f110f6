// The browser's database, where it has one and lets us in. Browsers refuse in many ways: no `indexedDB`, an access to it
// that throws, an `open` that throws (cookies refused) or never answers. All of them end here as a rejected promise, or
// as no store at all: nobody who writes has to wait for them, or to know.
import { createStore } from 'idb-keyval';

// Some Safaris open no database at the first visit and say nothing.
const PATIENCE = 1500;

/** @param {string} database @param {string} name @returns {import('idb-keyval').UseStore | null} null: there is no database */
export function openStore(database, name) {
  try {
    if (!indexedDB) return null;
    const store = createStore(database, name);
    return async (mode, use) => store(mode, use); // async: what throws at once is a rejection like any other
  } catch {
    return null;
  }
}

/**
 * What a database answers, or something else where it fails or stays silent.
 * @template T
 * @param {Promise<T>} answer
 * @param {T} otherwise
 * @returns {Promise<T>}
 */
export const soon = (answer, otherwise) =>
  Promise.race([answer.catch(() => otherwise), new Promise((/** @type {(value: T) => void} */ give) => setTimeout(() => give(otherwise), PATIENCE))]);
