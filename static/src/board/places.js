// The places where notes may be drawn, and what they cover there. Pure.
import { FRAMES, HONESTY } from '../wire/scene.js';

/** @typedef {import('./stacks.js').Note} Note */
/** @typedef {{ x: number, y: number }} Place */
/** @typedef {{ width: number, height: number }} Cell what a note covers, in scene units */
/** @typedef {Place & { cell: Cell }} Taken where a note is drawn, and what it covers there */
/** @typedef {{ left: number, top: number, right: number, bottom: number }} Frame */
/** @typedef {{ kind: string, frame: Frame, room: Cell, cards: Note[], stacks: Note[], blocked: Taken[] }} Group the notes of one kind, and where they may lie */
/**
 * @typedef {object} View how the picture is looked at
 * @property {number} [titles] the size at which titles of stacks are read with ease
 * @property {number} [legible] that under which cards are not read at all
 * @property {Cell} [room] what a card covers at size 1, if it is drawn otherwise there
 * @property {Taken} [corner] what the buttons cover, at the bottom on the right
 * @property {Frame} [edges] how far the picture goes on around the scene, where nobody can move it
 */

/** What a card covers at size 1, its sign and some air included. */
export const ROOM = { width: 178, height: 93 };
/** What it covers on the wall, where no thumb needs to find it and all room goes to its letters: screen.css. */
export const WALL_ROOM = { width: 167, height: 89 };
/** What a stack does: its title is in bigger letters. */
export const STACK_ROOM = { width: 222, height: 112 };

/** How far the border between anchors and sharks may lie to the right, when one kind needs the other's room. */
export const BORDERS = [0, 90, -90];

/**
 * The notes of each kind, and where they may lie.
 * @param {Note[]} notes @param {View} [view]
 * @returns {Group[]}
 */
export function groupsOf(notes, { room = ROOM, edges, corner } = {}) {
  return Object.entries(FRAMES).map(([kind, own]) => {
    const same = notes.filter((note) => note.kind === kind);
    const frame = edges ? reaching(kind, own, edges) : own;
    const blocked = corner && kind === 'shark' ? [corner] : [];
    return { kind, frame, room, blocked, cards: same.filter((note) => !note.cards.length), stacks: same.filter((note) => note.cards.length) };
  });
}

/** A frame that goes on to the edges of the picture. @param {string} kind @param {Frame} frame @param {Frame} edges @returns {Frame} */
function reaching(kind, frame, edges) {
  return {
    left: kind === 'shark' ? frame.left : Math.min(frame.left, edges.left),
    top: kind === 'wind' ? Math.min(frame.top, edges.top) : frame.top,
    right: kind === 'shark' ? Math.max(frame.right, edges.right) : frame.right,
    bottom: kind === 'wind' ? frame.bottom : Math.max(frame.bottom, edges.bottom),
  };
}

/** The same groups with the border between anchors and sharks elsewhere. @param {Group[]} groups @param {number} by @returns {Group[]} */
export function bordered(groups, by) {
  const moved = /** @type {Record<string, Partial<Frame>>} */ ({ anchor: { right: FRAMES.anchor.right + by }, shark: { left: FRAMES.shark.left + by } });
  return groups.map((group) => ({ ...group, frame: { ...group.frame, ...moved[group.kind] } }));
}

/** @param {Cell} room @param {number} size @returns {Cell} */
export const cellOf = (room, size) => ({ width: room.width * size, height: room.height * size });

/** How many side by side. @param {Frame} frame @param {Cell} cell */
function columnsAndRows(frame, cell) {
  return [Math.floor((frame.right - frame.left) / cell.width), Math.floor((frame.bottom - frame.top) / cell.height)];
}

/** @param {Frame} frame @param {Cell} cell */
export function placesIn(frame, cell) {
  const [columns, rows] = columnsAndRows(frame, cell);
  return columns * rows;
}

/**
 * Places side by side that fill the frame, or blocks of such places for what is bigger than they are.
 * @param {Frame} frame @param {Cell} cell of what is to be placed @param {Cell} step of the places
 * @param {boolean} [isTidy] blocks that do not cut into each other: more of them have room, fewer are near
 * @returns {Place[]}
 */
export function grid(frame, cell, step, isTidy = false) {
  const [columns, rows] = columnsAndRows(frame, step);
  const across = (frame.right - frame.left) / columns;
  const down = (frame.bottom - frame.top) / rows;
  const wide = Math.ceil(cell.width / across - 0.001);
  const high = Math.ceil(cell.height / down - 0.001);
  const places = [];
  for (let row = 0; row + high <= rows; row += isTidy ? high : 1) {
    for (let column = 0; column + wide <= columns; column += isTidy ? wide : 1) {
      // Off the line by a hair: cards that people put there, not a table.
      const off = (((column * 7 + row * 13) % 5) - 2) / 4;
      places.push({
        x: frame.left + (column + wide / 2) * across + off * (wide * across - cell.width) * 0.8,
        y: frame.top + (row + high / 2) * down + off * (high * down - cell.height) * 0.8,
      });
    }
  }
  return places;
}

/** Places close to each other, for a frame with much room. @param {Frame} frame @param {Cell} cell @returns {Place[]} */
export function lattice(frame, cell) {
  const places = [];
  for (let y = frame.top + cell.height / 2; y <= frame.bottom - cell.height / 2 + 0.01; y += cell.height / 4) {
    for (let x = frame.left + cell.width / 2; x <= frame.right - cell.width / 2 + 0.01; x += cell.width / 4) places.push({ x, y });
  }
  return places;
}

/** @param {Frame} frame @param {Cell} cell @param {Place} place @returns {Place} */
export function within(frame, cell, place) {
  return {
    x: Math.min(Math.max(place.x, frame.left + cell.width / 2), frame.right - cell.width / 2),
    y: Math.min(Math.max(place.y, frame.top + cell.height / 2), frame.bottom - cell.height / 2),
  };
}

/** @param {Place} place @param {Taken[]} taken @param {Cell} cell */
export function isFree(place, taken, cell) {
  return taken.every(
    (other) =>
      Math.abs(other.x - place.x) > (cell.width + other.cell.width) / 2 - 0.5 ||
      Math.abs(other.y - place.y) > (cell.height + other.cell.height) / 2 - 0.5,
  );
}

/** @param {Place} from @param {Place[]} places @param {Taken[]} taken @param {Cell} cell @param {string} kind @returns {Place | null} */
export function nearestFree(from, places, taken, cell, kind) {
  const [acrossCosts, downCosts] = kind === 'anchor' ? [1, HONESTY] : [HONESTY, 1];
  const byDistance = places
    .map((place) => ({ place, far: Math.abs(place.x - from.x) * acrossCosts + Math.abs(place.y - from.y) * downCosts }))
    .sort((one, other) => one.far - other.far);
  const free = byDistance.find(({ place }) => isFree(place, taken, cell));
  return free ? free.place : null;
}
