// All that this browser keeps of whoever used it, in every workshop and in the library: counted and erased for "I am
// someone else". What is nobody's stays: files of the front end, the look of the page, the big screen's place.
import { clear, keys } from 'idb-keyval';
import { at } from '../page/page.js';
import { openStore, soon } from './database.js';

const OURS = 'speedboat:';
const NOBODYS = 'speedboat:screen:';
const SENDING = 'speedboat:sending:';
const DRAFT = 'speedboat:draft:';
/** Set for a moment: other tabs hear of it. */
const SIGNAL = 'speedboat:forgotten';
/** Set while this browser may have opened the library; the cookie itself is out of reach of scripts. */
const LIBRARY = 'speedboat:library';

/** @returns {Promise<number>} what was written or done here and has not been sent, in any workshop */
export async function unsent() {
  const waiting = new Set((await Promise.all(stores('speedboat', 'outbox').map((store) => soon(keys(store), [])))).flat().map(String));
  for (const name of names(SENDING)) waiting.add(name.slice(SENDING.length));
  return waiting.size + names(DRAFT).length;
}

/** In this tab nobody may be writing any more; other tabs leave. */
export async function eraseTraces() {
  for (const name of names(OURS)) if (!name.startsWith(NOBODYS)) remove(name);
  await Promise.all([...stores('speedboat', 'outbox'), ...stores('speedboat-seen', 'boards')].map((store) => soon(clear(store), undefined)));
  await erasePages();
  tellOtherTabs();
}

/** @param {() => void} leave called when another tab has erased everything @returns {void} */
export function onErased(leave) {
  window.addEventListener('storage', (event) => {
    if (event.key === SIGNAL && event.newValue) leave();
  });
}

/** The library was opened in this browser. */
export function noteLibrary() {
  try {
    localStorage.setItem(LIBRARY, '1');
  } catch {
    // A private window keeps nothing: its cookie goes with it, too.
  }
}

/** @returns {Promise<boolean>} false: it may be open still, and cannot be closed without a connection */
export async function closeLibrary() {
  try {
    await fetch(at('/library/leave'), { method: 'POST', redirect: 'manual' });
    return true;
  } catch {
    return !names(LIBRARY).length;
  }
}

/** Pages that the service worker keeps; its other files are everybody's. */
async function erasePages() {
  try {
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        if (!new URL(request.url).pathname.startsWith(at('/static/'))) await cache.delete(request);
      }
    }
  } catch {
    // Without https there is no cache.
  }
}

function tellOtherTabs() {
  try {
    localStorage.setItem(SIGNAL, `${Date.now()}`);
    localStorage.removeItem(SIGNAL);
  } catch {
    // They keep nothing either.
  }
}

/** @param {string} start @returns {string[]} */
function names(start) {
  try {
    return Object.keys(localStorage).filter((name) => name.startsWith(start));
  } catch {
    return [];
  }
}

/** @param {string} name */
function remove(name) {
  try {
    localStorage.removeItem(name);
  } catch {
    // Nothing was kept.
  }
}

/** @param {string} database @param {string} name @returns {import('idb-keyval').UseStore[]} none where there is no database */
function stores(database, name) {
  const store = openStore(database, name);
  return store ? [store] : [];
}
