// The board surface: notes in HTML over the picture, moved by transform alone, all of a change in one frame.
import { finds, fold } from '../page/folding.js';
import { drawBackdrop } from './backdrop.js';
import { Camera } from './camera.js';
import { listen } from './gestures.js';
import { Layout } from './layout.js';
import { balance } from './mood.js';
import { fillNote, lay, makeNote, weigh } from './notes.js';
import { Ropes } from './ropes.js';
import { inReadingOrder, keepOrder } from './reading_order.js';
import { nearestInside, weightAt } from './scene.js';
import { viewButtons } from './view_buttons.js';
import { LETTERS, READABLE, TITLES, legible, viewOf } from './sight.js';
import { notesOf } from './stacks.js';
import { stampSigns } from './stamps.js';
import { html } from './svg.js';
import { TieMode } from './tie_mode.js';
import { Ties, tiedNotes, tiesOf } from './ties.js';

/** @typedef {import('./stacks.js').Note} Note */
/**
 * @typedef {object} Options
 * @property {{ get: (id: string) => any, ofType: (type: string) => any[], workshop: () => any, subscribe: (fn: (ids: Set<string>) => void) => () => void }} store
 * @property {(sentence: string, values?: any) => string} t
 * @property {'screen' | 'participant' | 'facilitator'} view
 * @property {() => string | null} me
 * @property {(card: string, x: number, y: number) => void} [onMove]
 * @property {(card: string, x: number, y: number) => void} [onDrag]
 * @property {(id: string) => void} [onOpen]
 * @property {(note: Note, onto: Note) => boolean} [onDrop] onto another; false if that means nothing
 * @property {(wind: string, brake: string) => void} [onTie]
 * @property {() => void} [onTieEnd] nothing is to be tied any more
 * @property {() => boolean} [mayTie] whether stacks too are dragged, onto what they are tied to
 */

const STEP = 12; // scene units an arrow key moves a card
const CROWD = 20; // notes from which the whole picture is too small to read them on a phone
const FULL = 80; // notes from which the picture behind them rests

export class Board {
  /** @param {HTMLElement} element @param {Options} options */
  constructor(element, options) {
    this.element = element;
    this.options = options;
    this.isWall = options.view === 'screen';
    /** @type {Map<string, HTMLElement>} */
    this.elements = new Map();
    /** @type {Map<string, Note>} */
    this.notes = new Map();
    /** Where each is drawn, in scene units, by the id of its note. @type {Map<string, { x: number, y: number, kind: string, weight: number }>} */
    this.places = new Map();
    this.ropes = new Ropes();
    this.ties = new Ties((id) => this.open(id));
    /** What each is tied to, by the id of its note. @type {Map<string, string[]>} */
    this.tiedTo = new Map();
    this.layout = new Layout();
    /** @type {import('./layout.js').Sizes} */
    this.sizes = { cards: 1, stacks: 1, border: 0 };
    this.drawnFor = '';
    /** Where others drag cards to, drawn once a frame. @type {Map<string, { x: number, y: number }>} */
    this.dragged = new Map();
    this.found = '';
    /** What is in focus, once it was brought into sight. @type {string | null} */
    this.lookedAt = null;
    this.isFar = false;
    this.isStale = false;
    /** @type {string | null} */
    this.held = null;
    this.frame = 0;
    this.list = html('ul', { class: 'notes', 'aria-label': options.t('Cards on the board') });
    this.objective = html('p', { class: 'objective', dir: 'auto' });
    this.world = html('div', { class: 'world' }, drawBackdrop(), this.ropes.element, this.ties.element, this.objective, this.list);
    this.window = html('div', { class: 'window' }, this.world);
    element.classList.add('board');
    element.append(this.window);
    this.stopStamping = stampSigns(element);
    this.camera = new Camera(this.window, this.world, (scale) => this.zoomed(scale));
    this.tieMode = this.isWall ? null : new TieMode(element, options.t, () => options.onTieEnd?.());
    if (!this.isWall) {
      this.addButtons();
      this.stopListening = listen(this.window, this.camera, this.hands());
      this.list.addEventListener('keydown', (event) => this.key(event));
    }
    this.unsubscribe = options.store.subscribe(() => this.refresh());
    this.refresh();
  }

  // --- what lies where ------------------------------------------------------------------------------------------------

  /** Draw anew in the next frame, however many changes come before it. */
  refresh() {
    this.isStale = true;
    this.nextFrame();
  }

  nextFrame() {
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      if (this.isStale) this.draw();
      for (const [id, place] of this.dragged) this.drag(id, place.x, place.y);
      this.dragged.clear();
    });
  }

  draw() {
    const { store } = this.options;
    const cards = store.ofType('card').filter((card) => !card.deleted && card.held === undefined);
    const themes = new Map(store.ofType('theme').filter((theme) => !theme.deleted).map((theme) => [theme.id, theme]));
    this.isStale = false;
    const notes = notesOf(cards, themes).sort(inReadingOrder);
    this.camera.crowd(notes.length > CROWD);
    this.sizes = this.layout.settle(notes, this.largest(), viewOf(this.camera, this.isWall));
    this.drawnFor = this.camera.shape;
    const ties = tiesOf(notes, store.ofType('link'));
    this.tiedTo = tiedNotes(notes, ties);
    const gone = new Set(this.elements.keys());
    for (const note of notes) {
      gone.delete(note.id);
      this.drawNote(note);
    }
    for (const id of gone) this.remove(id);
    this.notes = new Map(notes.map((note) => [note.id, note]));
    keepOrder(this.list, notes.map((note) => this.elements.get(note.id)));
    const { focus, phase } = store.workshop() || {};
    this.ties.draw(ties, (id) => this.places.get(id), phase === 'discuss' ? focus : null);
    if (!this.isWall) this.lookWhereAllLook(focus || null);
    this.drawMood(cards);
  }

  /** On a screen that does not show everything, once: one may look elsewhere then. @param {string | null} focus */
  lookWhereAllLook(focus) {
    if (focus === this.lookedAt) return;
    const note = [...this.notes.values()].find(({ target, cards }) => target === focus || cards.some(({ id }) => id === focus));
    const place = note && this.places.get(note.id);
    if (focus && !place) return; // not on the board yet
    this.lookedAt = focus;
    this.camera.aimAt(place || null);
  }

  /** @param {Note} note */
  drawNote(note) {
    let element = this.elements.get(note.id);
    if (!element) {
      element = makeNote(note);
      this.elements.set(note.id, element);
      this.list.append(element);
    }
    const vote = this.options.store.get(`vote:${note.target}`);
    const known = `${note.kind}|${note.cards.length}|${note.all}|${note.record.text}|${note.record.title}|${note.record.agrees}|${vote?.total}|${note.record.waiting}|${note.record.author}|${this.tiedTo.get(note.id)}`;
    if (element.dataset.known !== known) {
      fillNote(element, note, { votes: () => vote, me: this.options.me(), nameOf: () => '', ties: this.tiedTo.get(note.id) || [] });
      element.dataset.known = known;
      this.places.delete(note.id);
    }
    element.classList.toggle('found', Boolean(this.found) && says(note, this.found));
    element.classList.toggle('may-tie', Boolean(this.tieMode?.fits(note)));
    element.classList.toggle('in-focus', this.options.store.workshop()?.focus === note.target);
    if (this.held !== note.id) this.place(element, note.id, note.x, note.y, note.kind, note.weight);
  }

  /** @param {HTMLElement} element @param {string} id @param {number} x @param {number} y @param {string} kind @param {number} weight */
  place(element, id, x, y, kind, weight) {
    const before = this.places.get(id);
    if (before && before.x === x && before.y === y && before.weight === weight && before.kind === kind) return;
    this.places.set(id, { x, y, kind, weight });
    lay(element, x, y);
    if (kind === 'anchor') this.ropes.set(id, x, y, weight);
    else this.ropes.delete(id);
    if (kind === 'anchor' && before?.weight !== weight) weigh(element, weight);
  }

  /** @param {string} id */
  remove(id) {
    this.elements.get(id)?.remove();
    this.elements.delete(id);
    this.places.delete(id);
    this.ropes.delete(id);
  }

  /** @param {any[]} cards */
  drawMood(cards) {
    const workshop = this.options.store.workshop();
    this.objective.textContent = workshop?.objective || '';
    this.objective.title = workshop?.objective || '';
    const count = { wind: 0, anchor: 0, shark: 0 };
    for (const card of cards) count[/** @type {import('./scene.js').Kind} */ (card.kind)]++;
    this.element.style.setProperty('--balance', balance(cards).toFixed(3));
    this.element.dataset.sharks = String(Math.min(count.shark, 3));
    this.element.classList.toggle('windy', count.wind > 0);
    this.element.classList.toggle('has-focus', Boolean(workshop?.focus) && (workshop.phase === 'cut' || workshop.phase === 'discuss'));
    // Behind so many notes nobody would see the waves move, and an old phone would.
    this.element.classList.toggle('crowded', this.notes.size > FULL);
    this.ropes.thin();
    this.zoomed(this.camera.scale);
  }

  // --- looking ------------------------------------------------------------------------------------------------------

  noteScale = 1;
  stackScale = 1;

  /** How big notes are with nobody around: on a small window they shrink less than the picture does. */
  largest() {
    return 1.25 * Math.min(Math.max(0.42 / this.camera.home, 1), 1.6);
  }

  /**
   * Zooming in makes text bigger until it is read with ease, then it makes room between the notes.
   * @param {number} scale
   */
  zoomed(scale) {
    // The window has another shape: other sizes may suit it.
    if (this.drawnFor && this.drawnFor !== this.camera.shape) this.refresh();
    const noteScale = this.closeTo(this.noteScale, this.sizes.cards, READABLE / (LETTERS * scale), scale);
    const stackScale = this.closeTo(this.stackScale, this.sizes.stacks, READABLE / (TITLES * scale), scale);
    if (noteScale !== this.noteScale) this.list.style.setProperty('--note-scale', noteScale.toFixed(3));
    if (stackScale !== this.stackScale) this.list.style.setProperty('--stack-scale', stackScale.toFixed(3));
    this.noteScale = noteScale;
    this.stackScale = stackScale;
    const isFar = scale * noteScale * LETTERS < legible(this.isWall);
    if (isFar !== this.isFar) {
      this.isFar = isFar;
      this.element.classList.toggle('far', isFar);
    }
  }

  /**
   * The size of notes at a scale of the picture, in steps: every change of it draws all the notes anew.
   * @param {number} now @param {number} largest @param {number} readable @param {number} scale
   */
  closeTo(now, largest, readable, scale) {
    const closer = Math.max(1, scale / this.camera.whole);
    const wanted = Math.min(largest, Math.max(readable, largest / Math.pow(closer, 0.55)));
    const step = this.camera.isMoving ? 0.3 : 0.06;
    return Math.abs(wanted / now - 1) < step && wanted <= largest ? Math.min(now, largest) : wanted;
  }

  /** The view one starts with; pressed there, the whole picture, however small. */
  fit() {
    if (this.camera.isHome) this.camera.showAll();
    else this.camera.fit();
  }

  /** Closer to the note nearest the middle: one wants to read, not to see the sail. */
  closer() {
    const { left, top, width, height, scale, x, y } = this.camera;
    const middle = this.camera.toScene(left + width / 2, top + height / 2);
    const far = (/** @type {Note} */ note) => Math.hypot(note.x - middle.x, note.y - middle.y);
    const [nearest] = [...this.notes.values()].sort((one, other) => far(one) - far(other));
    if (nearest) this.camera.zoom(1.5, nearest.x * scale + x, nearest.y * scale + y);
    else this.camera.zoom(1.5);
  }

  /** @param {string[]} ids */
  zoomTo(ids) {
    const notes = ids.map((id) => this.notes.get(id)).filter((note) => note !== undefined);
    if (!notes.length) return;
    const xs = notes.map((note) => note.x);
    const ys = notes.map((note) => note.y);
    this.camera.lookAt({ left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) });
  }

  /** Highlight what says this, and go there. @param {string} text @returns {number} how many */
  search(text) {
    this.found = fold(text);
    this.element.classList.toggle('searching', Boolean(this.found));
    this.draw();
    const ids = this.found ? [...this.notes.values()].filter((note) => says(note, this.found)).map((note) => note.id) : [];
    if (ids.length) this.zoomTo(ids);
    return ids.length;
  }

  addButtons() {
    this.element.append(
      viewButtons(this.options.t, { closer: () => this.closer(), farther: () => this.camera.zoom(1 / 1.5), fit: () => this.fit() }),
    );
  }

  // --- moving -------------------------------------------------------------------------------------------------------

  /** @returns {import('./gestures.js').Hands} */
  hands() {
    return {
      placeOf: (id) => this.places.get(id) || { x: 0, y: 0 },
      grab: (element) => this.grab(element),
      tap: (id) => this.open(id),
      drag: (id, x, y) => this.drag(id, x, y),
      tell: (id, x, y) => { if (!this.notes.get(id)?.cards.length) this.options.onDrag?.(id, x, y); },
      drop: (id, x, y, clientX, clientY) => this.drop(id, x, y, clientX, clientY),
    };
  }

  /** @param {string} id */
  open(id) {
    const [note, from] = [this.notes.get(id), this.tieMode?.from];
    if (!note) return;
    if (!from) this.options.onOpen?.(note.target);
    else if (this.tieMode?.fits(note)) {
      const [wind, brake] = from.kind === 'wind' ? [from, note] : [note, from];
      this.options.onTie?.(wind.target, brake.target);
      this.options.onTieEnd?.();
    }
  }

  /** The next note that is tapped is tied to this one. @param {string | null} target */
  tieFrom(target) {
    if (this.isStale) this.draw();
    const from = this.notes.get(String(target)) || [...this.notes.values()].find((note) => note.target === target || note.cards.some((card) => card.id === target)) || null;
    this.tieMode?.set(from && { ...from, target: target || from.target, record: this.options.store.get(String(target)) || from.record });
    this.draw();
    if (from) this.elements.get([...this.notes.values()].find((note) => this.tieMode?.fits(note))?.id || '')?.focus({ preventScroll: true });
  }

  /** @param {Element} element */
  grab(element) {
    const id = element.getAttribute('data-id');
    const note = id ? this.notes.get(id) : undefined;
    // A closed card is its author's to move, a stack nobody's: its place is that of its cards. It can be tied.
    if (!id || !note || (note.cards.length ? !this.options.mayTie?.() : note.record.text === undefined)) return null;
    this.held = id;
    element.classList.add('held');
    return id;
  }

  /** @param {string} id @param {number} x @param {number} y */
  drag(id, x, y) {
    const note = this.notes.get(id);
    const element = this.elements.get(id);
    if (!note || !element) return;
    this.place(element, id, x, y, note.kind, weightAt(note.kind, nearestInside(note.kind, x, y)));
    this.ties.follow(id, (other) => this.places.get(other));
  }

  /** @param {string} id @param {number} x @param {number} y @param {number} clientX @param {number} clientY */
  drop(id, x, y, clientX, clientY) {
    this.held = null;
    const element = this.elements.get(id);
    element?.classList.remove('held');
    const note = this.notes.get(id);
    const onto = this.under(id, clientX, clientY);
    if (note && !(onto && onto.target !== note.target && this.options.onDrop?.(note, onto)) && !note.cards.length) this.options.onMove?.(id, x, y);
    this.refresh();
  }

  /** The note a card was dropped on. @param {string} id @param {number} x @param {number} y */
  under(id, x, y) {
    const below = document.elementsFromPoint(x, y).map((element) => element.closest('.note')?.getAttribute('data-id'));
    const onto = below.find((other) => other && other !== id);
    return (onto && this.notes.get(onto)) || null;
  }

  /** Somebody else drags a card. @param {{ card: string, x: number, y: number }} told */
  applyDrag({ card, x, y }) {
    if (card === this.held) return;
    this.dragged.set(card, { x, y });
    this.nextFrame();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    /** @type {Record<string, () => void>} */
    const looks = { '+': () => this.closer(), '=': () => this.closer(), '-': () => this.camera.zoom(1 / 1.5), 0: () => this.fit() };
    if (looks[event.key] && !event.ctrlKey && !event.metaKey) {
      looks[event.key]();
      event.preventDefault();
      return;
    }
    const id = /** @type {Element} */ (event.target).closest('.note')?.getAttribute('data-id');
    const note = id ? this.notes.get(id) : undefined;
    if (!id || !note) return;
    const far = event.shiftKey ? 5 : 1;
    /** @type {Record<string, [number, number]>} */
    const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (event.key === 'Enter' || event.key === ' ') this.open(id);
    else if (ways[event.key] && !note.cards.length && note.record.text !== undefined) {
      const [dx, dy] = ways[event.key];
      this.options.onMove?.(id, note.record.x + dx * STEP * far, note.record.y + dy * STEP * far);
    } else return;
    event.preventDefault();
  }

  destroy() {
    cancelAnimationFrame(this.frame);
    this.stopListening?.();
    this.stopStamping();
    this.tieMode?.destroy();
    this.unsubscribe();
    this.camera.destroy();
    // The next board on this element starts without what this one knew.
    this.element.classList.remove('far', 'searching', 'tie-mode');
    this.element.replaceChildren();
  }
}

/** @param {Note} note @param {string} text */
function says(note, text) {
  const texts = [note.record.text, note.record.title, ...note.cards.map((card) => card.text)];
  return finds(texts.filter(Boolean), text);
}
