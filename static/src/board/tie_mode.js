// Tying by taps or keys: once one end has been chosen, the next note that is tapped is the other.
import { html } from './svg.js';

export class TieMode {
  /**
   * @param {HTMLElement} place of the board
   * @param {(sentence: string, values?: any) => string} t
   * @param {() => void} cancel
   */
  constructor(place, t, cancel) {
    this.place = place;
    this.t = t;
    this.cancel = cancel;
    /** @type {import('./stacks.js').Note | null} */
    this.from = null;
    this.words = html('p', { role: 'status', dir: 'auto' });
    const button = html('button', { type: 'button', class: 'plain' }, t('Cancel'));
    button.addEventListener('click', () => this.cancel());
    this.bar = html('div', { class: 'tie-bar', hidden: '' }, this.words, button);
    this.onKey = (/** @type {KeyboardEvent} */ event) => { if (event.key === 'Escape' && this.from) this.cancel(); };
    document.addEventListener('keydown', this.onKey);
    place.append(this.bar);
  }

  /** @param {import('./stacks.js').Note | null} from */
  set(from) {
    this.from = from;
    this.place.classList.toggle('tie-mode', Boolean(from));
    this.bar.hidden = !from;
    const text = from ? String(from.record.title || from.record.text).slice(0, 60) : '';
    const sentence = from?.kind === 'wind' ? this.t('Tap the brake that “{text}” relieves.', { text }) : this.t('Tap the wind that relieves “{text}”.', { text });
    this.words.textContent = from ? sentence : '';
  }

  /** Whether a note may be the other end. @param {import('./stacks.js').Note} note */
  fits(note) {
    return this.from !== null && (note.kind === 'wind') !== (this.from.kind === 'wind') && note.target !== this.from.target && (note.cards.length > 0 || note.record.text !== undefined);
  }

  destroy() {
    document.removeEventListener('keydown', this.onKey);
  }
}
