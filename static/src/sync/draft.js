// What is being written: kept on this device from key to key until it is sent, so that a page loaded anew, a phone that
// closed it, a look at another part of the page, or a person who had to come in again costs no word. Each tab writes in a
// place of its own, so that none overwrites what another has.
import { random } from '../page/ids.js';

/** @typedef {{ text: string, at?: number, [field: string]: any }} Draft */

const START = 'speedboat:draft:';
/** Where the browser keeps nothing, or is full, a draft lives as long as the page. @type {Map<string, string>} */
const memory = new Map();

export class Drafts {
  /** @param {string} workshop its code @param {string} field what is written: a card, an action, the note of a theme … */
  constructor(workshop, field) {
    this.start = `${START}${workshop}|${field}|`;
    // Before places had fields they had people: half-written cards all of them.
    this.earlier = field === 'card' ? `${START}${workshop}|person:` : this.start;
    this.place = '';
    this.text = '';
  }

  /** The latest draft, which is ours to go on with from here. @returns {Partial<Draft>} empty: there is none */
  open() {
    const [place] = this.places();
    const draft = place ? read(place) : {};
    this.place = place || '';
    this.text = draft.text || '';
    return draft;
  }

  /** @param {Draft} draft without a text there is nothing to keep */
  keep(draft) {
    const isBlank = !draft.text.trim();
    const stored = this.place ? read(this.place).text : '';
    if (!isBlank) {
      // Another tab writes on in the place that we both began with.
      if (!this.place || (stored && stored !== this.text)) this.place = this.start + random(8);
      write(this.place, JSON.stringify({ ...draft, at: Date.now() }));
    } else if (this.text && stored === this.text) remove(this.place);
    this.text = isBlank ? '' : draft.text;
    if (isBlank) this.place = '';
  }

  /** How many drafts there are besides the one that is open here. */
  others() {
    return this.places().filter((place) => place !== this.place).length;
  }

  /** @returns {string[]} the latest first */
  places() {
    return [...names(), ...memory.keys()]
      .filter((name) => name.startsWith(this.start) || name.startsWith(this.earlier))
      .map((name) => ({ name, at: read(name).at || 0 }))
      .sort((one, other) => other.at - one.at)
      .map(({ name }) => name);
  }

  /**
   * Be told when another tab has sent or emptied the draft that both may be showing.
   * @param {(text: string) => void} done called with the text that is done with
   * @returns {() => void} stop listening
   */
  onDone(done) {
    /** @param {StorageEvent} event */
    const hear = (event) => {
      if (!event.key?.startsWith(this.start) || event.newValue !== null) return;
      try {
        done(JSON.parse(event.oldValue || '{}').text || '');
      } catch {
        // It was none of ours.
      }
    };
    window.addEventListener('storage', hear);
    return () => window.removeEventListener('storage', hear);
  }
}

/** @param {string} place @returns {Partial<Draft>} */
function read(place) {
  try {
    return JSON.parse(memory.get(place) || localStorage.getItem(place) || '{}');
  } catch {
    return {};
  }
}

/** @param {string} place @param {string} draft */
function write(place, draft) {
  try {
    localStorage.setItem(place, draft);
  } catch {
    memory.set(place, draft);
  }
}

/** @param {string} place */
function remove(place) {
  memory.delete(place);
  try {
    localStorage.removeItem(place);
  } catch {
    // It was in the memory alone.
  }
}

function names() {
  try {
    return Object.keys(localStorage);
  } catch {
    return [];
  }
}
