// Which notes lie on the board: cards by themselves, and a stack for each theme. Pure.
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
