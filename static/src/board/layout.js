// Where notes are drawn so that none covers another: as near to its own place as there is room, and so big that all
// fit. A note's weight is where it was put; this is only how it is drawn. Pure but for what it remembers.

/** @typedef {import('./stacks.js').Note} Note */
/** @typedef {{ x: number, y: number, from: string }} Spot where a note is drawn, and for which place of its own */
/** @typedef {{ left: number, top: number, right: number, bottom: number }} Frame */

/** What a note takes up at size 1, its sign and some air included. */
export const ROOM = { width: 178, height: 93 };
const STACK_ROOM = { width: 216, height: 106 };

/** Where notes of a kind may be drawn, edges included: clear of the boat and of each other. @type {Record<string, Frame>} */
const FRAMES = {
  wind: { left: 14, top: 18, right: 618, bottom: 446 },
  anchor: { left: 14, top: 528, right: 984, bottom: 894 },
  shark: { left: 992, top: 524, right: 1592, bottom: 894 },
};

const SIZES = [2, 1.75, 1.5, 1.25, 1.1, 0.96, 0.86, 0.82, 0.78, 0.73, 0.68, 0.6, 0.53, 0.47, 0.42, 0.37, 0.33, 0.29, 0.25, 0.2, 0.15];
// A note drawn at another weight than its own would tell a lie: sideways is nearer than up and down for an anchor.
const HONESTY = 2.5;

/** Remembers where notes are drawn, so that only those move that were moved. */
export class Layout {
  /** @type {Map<string, Spot>} */
  spots = new Map();
  size = 0;

  /**
   * Set x and y of every note to where it is drawn.
   * @param {Note[]} notes @param {number} largest the size they would have with nobody around
   * @returns {number} the size that all have
   */
  settle(notes, largest) {
    const kinds = Object.keys(FRAMES).map((kind) => ({ frame: FRAMES[kind], notes: notes.filter((note) => note.kind === kind), kind }));
    const size = SIZES.find((one) => one <= largest && kinds.every((kind) => fits(kind.frame, kind.notes, one))) || SIZES[SIZES.length - 1];
    if (size !== this.size) this.spots.clear();
    this.size = size;
    for (const { kind, frame, notes: same } of kinds) this.settleKind(kind, frame, same, size);
    const here = new Set(notes.map((note) => note.id));
    for (const id of this.spots.keys()) if (!here.has(id)) this.spots.delete(id);
    return size;
  }

  /** @param {string} kind @param {Frame} frame @param {Note[]} notes @param {number} size @param {boolean} [isFull] @returns {void} */
  settleKind(kind, frame, notes, size, isFull = false) {
    const cell = cellOf(notes, size);
    const share = (notes.length * cell.width * cell.height) / ((frame.right - frame.left) * (frame.bottom - frame.top));
    const loose = !isFull && share < 0.35;
    const places = loose ? lattice(frame, cell) : grid(frame, cell);
    const way = `${kind}${loose ? 'loose' : `${places.length}`}${cell.width}`;
    /** @type {Spot[]} */
    const taken = [];
    const waiting = [];
    for (const note of notes) {
      const spot = this.spots.get(note.id);
      if (spot && spot.from === `${way}|${note.x}|${note.y}`) taken.push(spot);
      else waiting.push(note);
    }
    for (const note of waiting) {
      const own = within(frame, cell, note);
      const at = loose && isFree(own, taken, cell) ? own : nearestFree(note, places, taken, cell, kind === 'anchor');
      if (!at) return this.settleKind(kind, frame, notes, size, true);
      const spot = { x: at.x, y: at.y, from: `${way}|${note.x}|${note.y}` };
      this.spots.set(note.id, spot);
      taken.push(spot);
    }
    for (const note of notes) {
      const spot = this.spots.get(note.id);
      if (spot) Object.assign(note, { x: spot.x, y: spot.y });
    }
  }
}

/** @param {Note[]} notes @param {number} size */
function cellOf(notes, size) {
  const room = notes.some((note) => note.cards.length) ? STACK_ROOM : ROOM;
  return { width: room.width * size, height: room.height * size };
}

/** @param {Frame} frame @param {Note[]} notes @param {number} size */
function fits(frame, notes, size) {
  const cell = cellOf(notes, size);
  return Math.floor((frame.right - frame.left) / cell.width) * Math.floor((frame.bottom - frame.top) / cell.height) >= notes.length;
}

/** @typedef {{ width: number, height: number }} Cell */
/** @typedef {{ x: number, y: number }} Place */

/** Places side by side that fill the frame. @param {Frame} frame @param {Cell} cell @returns {Place[]} */
function grid(frame, cell) {
  const columns = Math.max(1, Math.floor((frame.right - frame.left) / cell.width));
  const rows = Math.max(1, Math.floor((frame.bottom - frame.top) / cell.height));
  const across = (frame.right - frame.left) / columns;
  const down = (frame.bottom - frame.top) / rows;
  const places = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      // Off the line by a hair: cards that people put there, not a table.
      const off = (((column * 7 + row * 13) % 5) - 2) / 4;
      places.push({
        x: frame.left + (column + 0.5) * across + off * (across - cell.width) * 0.8,
        y: frame.top + (row + 0.5) * down + off * (down - cell.height) * 0.8,
      });
    }
  }
  return places;
}

/** Places close to each other, for a frame with much room. @param {Frame} frame @param {Cell} cell @returns {Place[]} */
function lattice(frame, cell) {
  const places = [];
  for (let y = frame.top + cell.height / 2; y <= frame.bottom - cell.height / 2 + 0.01; y += cell.height / 4) {
    for (let x = frame.left + cell.width / 2; x <= frame.right - cell.width / 2 + 0.01; x += cell.width / 4) places.push({ x, y });
  }
  return places;
}

/** @param {Frame} frame @param {Cell} cell @param {Place} place @returns {Place} */
function within(frame, cell, place) {
  return {
    x: Math.min(Math.max(place.x, frame.left + cell.width / 2), frame.right - cell.width / 2),
    y: Math.min(Math.max(place.y, frame.top + cell.height / 2), frame.bottom - cell.height / 2),
  };
}

/** @param {Place} place @param {Place[]} taken @param {Cell} cell */
function isFree(place, taken, cell) {
  return taken.every((other) => Math.abs(other.x - place.x) > cell.width - 0.5 || Math.abs(other.y - place.y) > cell.height - 0.5);
}

/** @param {Place} from @param {Place[]} places @param {Place[]} taken @param {Cell} cell @param {boolean} byDepth @returns {Place | null} */
function nearestFree(from, places, taken, cell, byDepth) {
  const [acrossCosts, downCosts] = byDepth ? [1, HONESTY] : [HONESTY, 1];
  const byDistance = places
    .map((place) => ({ place, far: Math.abs(place.x - from.x) * acrossCosts + Math.abs(place.y - from.y) * downCosts }))
    .sort((one, other) => one.far - other.far);
  const found = byDistance.find(({ place }) => isFree(place, taken, cell));
  return found ? found.place : null;
}
