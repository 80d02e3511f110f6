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

// What is said of themes changes the page where it is: neither the place nor what is open or ticked elsewhere is lost.
/** @type {WeakSet<HTMLFormElement>} */
const unheard = new WeakSet(); // forms to which the server did not answer: the browser sends them itself
document.addEventListener('submit', async (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  const button = /** @type {HTMLButtonElement | null} */ (event.submitter);
  const action = form.getAttribute('action') || '';
  if (unheard.has(form) || !/^\/synthesis\/(same|apart|split|rename|revert)$/.test(action.slice(action.lastIndexOf('/synthesis/')))) return;
  event.preventDefault();
  const fields = new FormData(form);
  if (button?.name) fields.append(button.name, button.value);
  if (button) button.disabled = true;
  try {
    const answer = await fetch(action, { method: 'POST', body: new URLSearchParams(/** @type {any} */ (fields)) });
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    exchange(page, form);
    if (answer.redirected) history.replaceState(null, '', answer.url.split('#')[0]);
  } catch {
    unheard.add(form);
    if (button) button.disabled = false;
    form.requestSubmit(button);
  }
});

// Once something is ticked, the button that ties it stays in sight.
document.addEventListener('change', (event) => {
  const form = event.target instanceof HTMLInputElement ? event.target.form : null;
  if (!form || !form.classList.contains('tie')) return;
  const ticks = [...form.elements].filter((field) => field instanceof HTMLInputElement && field.checked);
  form.classList.toggle('ticked', ticks.length > 0);
});

/** Put the content of a new page where that of this one is. @param {Document} page @param {HTMLElement} form */
function exchange(page, form) {
  const here = document.querySelector('main');
  const there = page.querySelector('main');
  if (!here || !there) return;
  const open = new Set([...here.querySelectorAll('details[open] > summary')].map(nameOf));
  const shut = new Set([...here.querySelectorAll('details:not([open]) > summary')].map(nameOf));
  const place = form.getBoundingClientRect().top;
  const section = form.closest('[id]')?.id;
  here.replaceWith(there);
  for (const summary of there.querySelectorAll('details > summary')) {
    const details = /** @type {HTMLDetailsElement} */ (summary.parentElement);
    if (open.has(nameOf(summary))) details.open = true;
    else if (shut.has(nameOf(summary))) details.open = false;
  }
  const target = section && document.getElementById(section);
  if (target) scrollBy(0, target.getBoundingClientRect().top - place);
  const undo = /** @type {HTMLElement | null} */ (there.querySelector('.changed button'));
  undo?.focus({ preventScroll: true });
}

/** What a fold is known by: its words, without the numbers that change. @param {Element} summary */
function nameOf(summary) {
  return (summary.textContent || '').replace(/\d+/g, '').trim();
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
