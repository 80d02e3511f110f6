// Which notes lie on the board: cards by themselves, and a stack for each theme. Pure.
import { CARD_HEIGHT, CARD_WIDTH, nearestInside } from './scene.js';

// With more, each shows as its sign, and what matters is to keep up with the hands that move them.
const MOST_SPREAD = 140;

/**
 * @typedef {object} Note
 * @property {string} id of a card or a theme
 * @property {import('./scene.js').Kind} kind
 * @property {number} x
 * @property {number} y
 * @property {number} weight
 * @property {any} record
 * @property {any[]} cards those in a stack; none for a card by itself
 */

/**
 * @param {any[]} cards on the board, not in the bin
 * @param {Map<string, any>} themes
 * @returns {Note[]}
 */
export function notesOf(cards, themes) {
  /** @type {Note[]} */
  const notes = [];
  /** @type {Map<string, any[]>} */
  const members = new Map();
  for (const card of cards) {
    if (card.theme && themes.has(card.theme)) {
      const others = members.get(card.theme);
      if (others) others.push(card);
      else members.set(card.theme, [card]);
    } else {
      notes.push({ id: card.id, kind: card.kind, x: card.x, y: card.y, weight: card.weight, record: card, cards: [] });
    }
  }
  for (const [theme, within] of members) notes.push(stack(themes.get(theme), within));
  if (notes.length <= MOST_SPREAD) spread(notes, sizeOf(notes.length));
  return notes;
}

/** A stack lies where most of its cards would: amid those of its commonest kind. @param {any} theme @param {any[]} cards @returns {Note} */
function stack(theme, cards) {
  /** @type {Record<string, number>} */
  const count = {};
  for (const card of cards) count[card.kind] = (count[card.kind] || 0) + 1;
  const kind = /** @type {import('./scene.js').Kind} */ (Object.keys(count).sort((a, b) => count[b] - count[a])[0]);
  const same = cards.filter((card) => card.kind === kind);
  /** @param {(card: any) => number} of */
  const mean = (of) => same.reduce((sum, card) => sum + of(card), 0) / same.length;
  return { id: theme.id, kind, x: mean((card) => card.x), y: mean((card) => card.y), weight: mean((card) => card.weight), record: theme, cards };
}

/** How big notes are drawn where so many lie, as a share of their size: many shrink. @param {number} count */
export const sizeOf = (count) => (count <= 14 ? 1.25 : count <= 30 ? 1.05 : count <= 70 ? 0.78 : count <= 140 ? 0.66 : 0.56);

/**
 * Push notes that cover each other apart, a little at a time, within their zones. Their weight is where they were
 * put; this is only how they are drawn.
 * @param {Note[]} notes @param {number} size
 */
function spread(notes, size) {
  for (let round = 0; round < 60; round++) {
    let moved = false;
    for (let i = 0; i < notes.length; i++) {
      for (let j = i + 1; j < notes.length; j++) {
        const stacked = notes[i].cards.length || notes[j].cards.length;
        const width = CARD_WIDTH * (stacked ? 1.32 : 1.04) * size;
        const height = CARD_HEIGHT * (stacked ? 1.42 : 1.08) * size;
        moved = part(notes[i], notes[j], width, height) || moved;
      }
    }
    if (!moved) return;
  }
}

/** @param {Note} one @param {Note} other @param {number} width @param {number} height */
function part(one, other, width, height) {
  if (one.kind !== other.kind) return false;
  const overX = width - Math.abs(one.x - other.x);
  const overY = height - Math.abs(one.y - other.y);
  if (overX <= 0 || overY <= 0) return false;
  const sign = (one.x - other.x || one.y - other.y || (one.id < other.id ? -1 : 1)) > 0 ? 1 : -1;
  const [dx, dy] = overX / width < overY / height ? [overX / 2 + 1, 0] : [0, overY / 2 + 1];
  const down = (one.y - other.y || sign) > 0 ? 1 : -1;
  Object.assign(one, nearestInside(one.kind, one.x + dx * sign, one.y + dy * down));
  Object.assign(other, nearestInside(other.kind, other.x - dx * sign, other.y - dy * down));
  return true;
}
