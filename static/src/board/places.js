// The places where notes may be drawn, and what they cover there. Pure.
import { FRAMES, KINDS } from '../wire/scene.js';

/** @typedef {import('./stacks.js').Note} Note */
/** @typedef {{ x: number, y: number }} Place */
/** @typedef {{ width: number, height: number }} Cell what a note covers, in scene units */
/** @typedef {Place & { cell: Cell }} Taken where a note is drawn, and what it covers there */
/** @typedef {{ left: number, top: number, right: number, bottom: number }} Frame */
/** @typedef {{ kind: import('./scene.js').Kind, frame: Frame, room: Cell, cards: Note[], stacks: Note[], blocked: Taken[] }} Group the notes of one kind, and where they may lie */
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
  return KINDS.map((kind) => {
    const own = FRAMES[kind];
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

/** How many have room side by side. @param {Frame} frame @param {Cell} cell */
export function placesIn(frame, cell) {
  return Math.floor((frame.right - frame.left) / cell.width) * Math.floor((frame.bottom - frame.top) / cell.height);
}
