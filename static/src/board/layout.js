// Where notes are drawn so that none covers another: as near to its own place as there is room, and so big that all
// fit. A note's weight is where it was put; this is only how it is drawn. Pure but for what it remembers.
import { BORDERS, STACK_ROOM, bordered, cellOf, grid, groupsOf, isFree, lattice, nearestFree, placesIn, within } from './places.js';

/** @typedef {import('./stacks.js').Note} Note */
/** @typedef {import('./places.js').Cell} Cell */
/** @typedef {import('./places.js').View} View */
/** @typedef {import('./places.js').Group} Group */
/** @typedef {import('./places.js').Taken & { from: string }} Spot where a note is drawn, and for which place of its own */
/** @typedef {{ cards: number, stacks: number, border: number }} Sizes those that all cards and all stacks have */

const SIZES = [2, 1.75, 1.5, 1.25, 1.1, 1.02, 0.96, 0.92, 0.89, 0.86, 0.82, 0.78, 0.73, 0.68, 0.6, 0.53, 0.47, 0.42, 0.37, 0.33, 0.29, 0.25, 0.2, 0.15];
// How much of the size they should have titles keep, before cards give way to them altogether.
const TITLES_KEEP = [1, 0.92, 0.84, 0.76];
const TITLES_LEFT = [0.6, 0.45, 0]; // of it, where themes are too many
/** @typedef {'loosely' | 'closely' | 'in blocks'} Way how notes lie: each where it was put; on a grid; with stacks in line too */
/** @type {Way} */
const LOOSELY = 'loosely';
/** @type {Way[]} */
const CLOSELY = ['closely', 'in blocks'];
const LOOSE = 0.35; // of a frame: with less of it covered, notes lie just where they were put

/** Remembers where notes are drawn, so that only those move that were moved. */
export class Layout {
  /** @type {Map<string, Spot>} */
  spots = new Map();
  /** @type {Sizes} */
  sizes = { cards: 0, stacks: 0, border: 0 };
  chosenFor = '';

  /**
   * Set x and y of every note to where it is drawn.
   * @param {Note[]} notes
   * @param {number} largest the size that they would have with nobody around
   * @param {View} [view]
   * @returns {Sizes}
   */
  settle(notes, largest, view = {}) {
    const groups = groupsOf(notes, view);
    const sizes = this.choose(groups, largest, view);
    if (sizes.cards !== this.sizes.cards || sizes.stacks !== this.sizes.stacks || sizes.border !== this.sizes.border) this.spots.clear();
    this.sizes = sizes;
    for (const group of bordered(groups, sizes.border)) this.settleGroup(group, sizes);
    const here = new Set(notes.map((note) => note.id));
    for (const id of this.spots.keys()) if (!here.has(id)) this.spots.delete(id);
    return sizes;
  }

  /** The sizes, tried anew only when what they depend on has changed. @param {Group[]} groups @param {number} largest @param {View} view */
  choose(groups, largest, view) {
    const shapes = groups.map(({ cards, stacks }) => [cards.length, cards.length ? stacks.map(({ x, y }) => [x, y]) : stacks.length]);
    const asked = JSON.stringify([largest, view, shapes]);
    if (asked === this.chosenFor) return this.sizes;
    this.chosenFor = asked;
    return sizesFor(groups, largest, view);
  }

  /** @param {Group} group @param {Sizes} sizes */
  settleGroup(group, sizes) {
    const ways = covered(group, sizes) < LOOSE ? [LOOSELY, ...CLOSELY] : CLOSELY;
    // What was remembered may stand in the way of the others: then all are placed anew.
    const spots = first(ways, (way) => arrange(group, sizes, way, this.spots)) || first(ways, (way) => arrange(group, sizes, way)) || new Map();
    for (const note of [...group.stacks, ...group.cards]) {
      const spot = spots.get(note.id);
      // More than could be drawn in any size lie where they were put, on each other.
      if (!spot) continue;
      this.spots.set(note.id, spot);
      Object.assign(note, { x: spot.x, y: spot.y });
    }
  }
}

/**
 * The largest sizes with room for all. Titles are read before cards are, but give way a little so that cards are too.
 * @param {Group[]} groups @param {number} largest @param {View} view @returns {Sizes}
 */
function sizesFor(groups, largest, { titles = 0, legible = 0 }) {
  const [wanted, left] = [TITLES_KEEP, TITLES_LEFT].map((keeps) => keeps.map((keep) => titles * keep));
  const possible = SIZES.filter((size) => size <= largest);
  for (const sought of [possible.filter((size) => size >= legible), possible.filter((size) => size < legible)]) {
    const result = first(wanted, (size) => largestOf(groups, sought, size));
    if (result) return result;
  }
  const smaller = first(left, (size) => largestOf(groups, possible, size));
  if (smaller) return smaller;
  const least = SIZES[SIZES.length - 1];
  return { cards: least, stacks: least, border: 0 };
}

/** @param {Group[]} groups @param {number[]} sought sizes of cards, the largest first @param {number} stacks @returns {Sizes | null} */
function largestOf(groups, sought, stacks) {
  for (const cards of sought) {
    for (const border of BORDERS) {
      const sizes = { cards, stacks: Math.max(cards, stacks), border };
      if (bordered(groups, border).every((group) => hasRoom(group, sizes))) return sizes;
    }
  }
  return null;
}

/** @param {Group} group @param {Sizes} sizes */
function hasRoom(group, sizes) {
  const { frame, cards, stacks, blocked } = group;
  const cell = cellOf(group.room, sizes.cards);
  if (!stacks.length && !blocked.length) return placesIn(frame, cell) >= cards.length;
  if (covered(group, sizes) > 1) return false;
  if (!cards.length) return CLOSELY.some((way) => arrange(group, sizes, way) !== null);
  const places = grid(frame, cell, cell);
  return CLOSELY.some((way) => {
    const occupied = arrange({ ...group, cards: [] }, sizes, way, undefined, cell);
    return occupied && places.filter((place) => isFree(place, [...blocked, ...occupied.values()], cell)).length >= cards.length;
  });
}

/** What share of its frame. @param {Group} group @param {Sizes} sizes */
function covered({ frame, room, cards, stacks }, sizes) {
  const [card, stack] = [cellOf(room, sizes.cards), cellOf(STACK_ROOM, sizes.stacks)];
  const area = cards.length * card.width * card.height + stacks.length * stack.width * stack.height;
  return area / ((frame.right - frame.left) * (frame.bottom - frame.top));
}

/**
 * A spot for every note of a kind, the stacks' first; null if there is no room.
 * @param {Group} group @param {Sizes} sizes @param {Way} way
 * @param {Map<string, Spot>} [known] where notes are drawn already
 * @param {Cell} [step] of the grid: of cards, if there are any
 * @returns {Map<string, Spot> | null}
 */
function arrange(group, sizes, way, known, step = group.cards.length ? cellOf(group.room, sizes.cards) : cellOf(STACK_ROOM, sizes.stacks)) {
  /** @type {Map<string, Spot>} */
  const spots = new Map();
  const frame = Object.values(group.frame).join(' ');
  for (const [notes, room, size] of /** @type {const} */ ([[group.stacks, STACK_ROOM, sizes.stacks], [group.cards, group.room, sizes.cards]])) {
    if (!notes.length) continue;
    const cell = cellOf(room, size);
    const places = way === LOOSELY ? lattice(group.frame, cell) : grid(group.frame, cell, step, way === 'in blocks');
    const from = (/** @type {Note} */ note) => `${way} ${frame} ${places.length} ${cell.width} ${note.x} ${note.y}`;
    const occupied = [...group.blocked, ...spots.values()];
    const waiting = [];
    for (const note of notes) {
      const spot = known?.get(note.id);
      if (spot && spot.from === from(note) && isFree(spot, occupied, cell)) {
        spots.set(note.id, spot);
        occupied.push(spot);
      } else waiting.push(note);
    }
    for (const note of waiting) {
      const own = within(group.frame, cell, note);
      const at = way === LOOSELY && isFree(own, occupied, cell) ? own : nearestFree(note, places, occupied, cell, group.kind);
      if (!at) return null;
      const spot = { x: at.x, y: at.y, cell, from: from(note) };
      spots.set(note.id, spot);
      occupied.push(spot);
    }
  }
  return spots;
}

/** What the first of some ways comes to that comes to anything. @template T, W @param {W[]} ways @param {(way: W) => T | null} go */
function first(ways, go) {
  for (const way of ways) {
    const result = go(way);
    if (result) return result;
  }
  return null;
}
