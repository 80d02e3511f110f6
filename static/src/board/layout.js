// Where notes are drawn so that none covers another and none hangs in the wrong order: as near to its own place as there
// is room, and so big that all fit. A note's weight is where it was put; this is only how it is drawn.
import { axisOf } from './axis.js';
import { loosely, restored } from './loose.js';
import { haveRoom, packed } from './blocks.js';
import { BORDERS, STACK_ROOM, bordered, cellOf, groupsOf, placesIn } from './places.js';

/** @typedef {import('./stacks.js').Note} Note */
/** @typedef {import('./places.js').View} View */
/** @typedef {import('./places.js').Group} Group */
/** @typedef {import('./loose.js').Spots} Spots */
/** @typedef {{ cards: number, stacks: number, border: number }} Sizes those that all cards and all stacks have */

const SIZES = [2, 1.75, 1.5, 1.25, 1.1, 1.02, 0.96, 0.92, 0.89, 0.86, 0.82, 0.78, 0.73, 0.68, 0.6, 0.53, 0.47, 0.42, 0.37, 0.33, 0.29, 0.25, 0.2, 0.15];
// How much of the size they should have titles keep, before cards give way to them altogether.
const TITLES_KEEP = [1, 0.92, 0.84, 0.76];
const TITLES_LEFT = [0.6, 0.45, 0]; // of it, where themes are too many
const LOOSE = 0.35; // of a frame: with less of it covered, notes lie just where they were put
const FEW = 12; // notes that find a place between others; more are placed anew, with all of them
const GROWTH = 1.25; // times as big as they are that notes could be, when they become so
const SHRINKS = 0.88; // of the size they could have, if more of them stay where they are then
const STAYS = 0.75; // of it, if the border does
const NUDGE = 24; // units by which a stack's own place may change, as cards come and go, until it is drawn elsewhere

/** Remembers where notes are drawn, so that only those move that must. */
export class Layout {
  /** @type {Record<string, Spots>} by kind */
  spots = {};
  /** @type {Sizes} */
  sizes = { cards: 0, stacks: 0, border: 0 };
  shapes = '';
  view = '';

  /**
   * Set x and y of every note to where it is drawn.
   * @param {Note[]} notes
   * @param {number} largest the size that they would have with nobody around
   * @param {View} [view]
   * @returns {Sizes}
   */
  settle(notes, largest, view = {}) {
    const groups = groupsOf(notes, view);
    const possible = this.possible(groups, largest, view);
    possible.some((sizes, i) => {
      const isLast = i === possible.length - 1;
      const spots = bordered(groups, sizes.border).map((group) => this.spotsOf(group, sizes, isLast));
      if (!spots.every(Boolean)) return false;
      this.sizes = sizes;
      groups.forEach((group, at) => this.put(group, spots[at] || new Map()));
      return true;
    });
    return this.sizes;
  }

  /**
   * Sizes that may do, the best first. They change when notes no longer fit, when they could be much bigger, or with the
   * window; and a little where fewer notes have to move then.
   * @param {Group[]} groups @param {number} largest @param {View} view @returns {Sizes[]}
   */
  possible(groups, largest, view) {
    const shapes = groups.map(({ cards, stacks }) => [cards.length, cards.length ? stacks.map(({ x, y }) => [x, y]) : stacks.length]);
    const [asked, looked] = [JSON.stringify(shapes), JSON.stringify([largest, view])];
    const isSameView = looked === this.view;
    if (isSameView && asked === this.shapes) return [this.sizes];
    [this.shapes, this.view] = [asked, looked];
    const sizes = sizesFor(groups, largest, view);
    if (!isSameView) this.spots = {};
    const { legible = 0 } = view;
    const { cards, stacks } = this.sizes;
    const isBigger = sizes.cards >= cards * GROWTH || sizes.stacks >= stacks * GROWTH || (sizes.cards >= legible && cards < legible);
    if (!isSameView || isBigger) return [sizes];
    const isGathered = groups.some((group) => group.stacks.length);
    const isRead = (/** @type {Sizes} */ one) => one.cards >= Math.min(legible, sizes.cards);
    const smaller = this.smaller(sizes, isGathered ? SHRINKS : 1).filter((one) => isRead(one) && allFit(groups, one));
    // The border stays where it is, if letters need not become much smaller for that.
    const last = smaller[0] || this.smaller(sizes, STAYS).find((one) => isRead(one) && allFit(groups, one)) || sizes;
    return [...smaller, last];
  }

  /** Sizes like those of now, or smaller. @param {Sizes} best @param {number} share of the best that cards have at least @returns {Sizes[]} */
  smaller({ cards, stacks }, share) {
    const now = this.sizes;
    const sizes = SIZES.filter((size) => size === now.cards || (size < now.cards && size >= cards * share));
    const titles = stacks === now.stacks ? [stacks] : [now.stacks, stacks];
    return sizes.flatMap((size) => titles.map((title) => ({ cards: size, stacks: Math.max(size, title), border: now.border })));
  }

  /** @param {Group} group @param {Sizes} sizes @param {boolean} isLast whether all may move @returns {Spots | null} */
  spotsOf(group, sizes, isLast) {
    const { items, area, step } = turned(group, sizes);
    const known = remembered(items, this.spots[group.kind]);
    const isFew = items.length - known.size <= FEW || covered(group, sizes) < LOOSE;
    const spots = isFew ? loosely(items, area, known) : null;
    if (spots || (isFew && !isLast)) return spots;
    const laid = packed(items, area, step, known) || packed(items, area, step);
    return laid ? restored(items, area, laid, known) : new Map();
  }

  /** @param {Group} group @param {Spots} spots */
  put(group, spots) {
    const { back } = axisOf(group.kind);
    this.spots[group.kind] = spots;
    for (const note of [...group.stacks, ...group.cards]) {
      const spot = spots.get(note.id);
      // More than could be drawn in any size lie where they were put, on each other.
      if (spot) Object.assign(note, back(spot));
    }
  }
}

/** The notes of a group along the way that they weigh, the lightest first. @param {Group} group @param {Sizes} sizes */
function turned({ kind, frame, room, blocked, cards, stacks }, sizes) {
  const axis = axisOf(kind);
  const [card, stack] = [cellOf(room, sizes.cards), cellOf(STACK_ROOM, sizes.stacks)].map(axis.sides);
  const items = [...stacks, ...cards].map((note) => ({ id: note.id, isStack: note.cards.length > 0, own: axis.turn(note), sides: note.cards.length ? stack : card }));
  items.sort((one, other) => one.own.along - other.own.along);
  const area = { ...axis.span(frame), blocked: blocked.map((one) => ({ ...axis.turn(one), sides: axis.sides(one.cell) })) };
  return { items, area, step: cards.length ? card : stack };
}

/** The spots of notes that were not put elsewhere since. @param {import('./loose.js').Item[]} items @param {Spots} [spots] @returns {Spots} */
function remembered(items, spots) {
  /** @type {Spots} */
  const known = new Map();
  for (const { id, isStack, own } of items) {
    const spot = spots?.get(id);
    const nudge = isStack ? NUDGE : 0.01;
    if (spot && Math.abs(spot.own.along - own.along) < nudge && Math.abs(spot.own.across - own.across) < nudge) known.set(id, spot);
  }
  return known;
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
      if (allFit(groups, sizes)) return sizes;
    }
  }
  return null;
}

/** @param {Group[]} groups @param {Sizes} sizes */
const allFit = (groups, sizes) => bordered(groups, sizes.border).every((group) => hasRoom(group, sizes));

/** @param {Group} group @param {Sizes} sizes */
function hasRoom(group, sizes) {
  const { frame, cards, stacks, blocked } = group;
  if (!stacks.length && !blocked.length) return placesIn(frame, cellOf(group.room, sizes.cards)) >= cards.length;
  if (covered(group, sizes) > 1) return false;
  const { items, area, step } = turned(group, sizes);
  return haveRoom(items, area, step);
}

/** What share of its frame. @param {Group} group @param {Sizes} sizes */
function covered({ frame, room, cards, stacks }, sizes) {
  const [card, stack] = [cellOf(room, sizes.cards), cellOf(STACK_ROOM, sizes.stacks)];
  const area = cards.length * card.width * card.height + stacks.length * stack.width * stack.height;
  return area / ((frame.right - frame.left) * (frame.bottom - frame.top));
}

/** What the first of some ways comes to that comes to anything. @template T, W @param {W[]} ways @param {(way: W) => T | null} go */
function first(ways, go) {
  for (const way of ways) {
    const result = go(way);
    if (result) return result;
  }
  return null;
}
