// The library: a key in the address opens it; so do the facilitator links that this browser keeps.
import { heedLimits } from '../page/limits.js';
import { takeKey } from '../sync/identity.js';
import { noteLibrary } from '../sync/traces.js';

const PLACE = 'speedboat:me:';

heedLimits();

const key = takeKey();
const opening = /** @type {HTMLFormElement | null} */ (document.getElementById('open-library'));
if (key && opening) {
  /** @type {HTMLInputElement} */ (opening.elements.namedItem('key')).value = key;
  opening.submit();
}

// Whoever is past the door has a session in this browser.
if (!opening) noteLibrary();

const mine = /** @type {HTMLFormElement | null} */ (document.getElementById('open-mine'));
if (mine) {
  const keys = heldKeys();
  /** @type {HTMLInputElement} */ (mine.elements.namedItem('held')).value = JSON.stringify(keys);
  const button = mine.querySelector('button');
  if (button) button.disabled = !keys.length;
  const none = mine.querySelector('.none');
  if (none instanceof HTMLElement) none.hidden = keys.length > 0;
}

const all = document.getElementById('all');
if (all) {
  const ticks = /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll('input[form="choose"]'));
  all.hidden = false;
  all.addEventListener('click', () => {
    const wanted = [...ticks].some((tick) => !tick.checked);
    for (const tick of ticks) tick.checked = wanted;
  });
}

/** The workshops this browser has the facilitator keys of, each with its key. */
function heldKeys() {
  /** @type {[string, string][]} */
  const keys = [];
  try {
    for (const name of Object.keys(localStorage)) {
      if (!name.startsWith(PLACE)) continue;
      const identity = JSON.parse(localStorage.getItem(name) || '{}');
      if (typeof identity.key === 'string') keys.push([name.slice(PLACE.length), identity.key]);
    }
  } catch {
    // Nothing is kept here, or it is not ours to read.
  }
  return keys;
}
