// Which notes lie on the board: cards by themselves, and for each theme a stack of each of its kinds. Pure.
/**
 * @typedef {object} Note
 * @property {string} id of this note alone
 * @property {string} target the card or theme that it shows
 * @property {import('./scene.js').Kind} kind
 * @property {number} x
 * @property {number} y
 * @property {number} weight
 * @property {any} record
 * @property {any[]} cards those in a stack; none for a card by itself
 * @property {number} [all] how many cards the theme has, if it has others elsewhere
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
      notes.push({ id: card.id, target: card.id, kind: card.kind, x: card.x, y: card.y, weight: card.weight, record: card, cards: [] });
    }
  }
  for (const [theme, within] of members) notes.push(...stacksOf(themes.get(theme), within));
  return notes;
}

/** A theme lies in the zone of each of its kinds, amid its cards there; the stack of the commonest has its votes. @param {any} theme @param {any[]} cards @returns {Note[]} */
function stacksOf(theme, cards) {
  /** @type {Map<import('./scene.js').Kind, any[]>} */
  const kinds = new Map();
  for (const card of cards) kinds.set(card.kind, [...(kinds.get(card.kind) || []), card]);
  const parts = [...kinds].sort((one, other) => other[1].length - one[1].length || (one[0] < other[0] ? -1 : 1));
  return parts.map(([kind, same], i) => {
    /** @param {(card: any) => number} of */
    const mean = (of) => same.reduce((sum, card) => sum + of(card), 0) / same.length;
    return {
      id: i ? `${theme.id}/${kind}` : theme.id, target: theme.id, kind,
      x: mean((card) => card.x), y: mean((card) => card.y), weight: mean((card) => card.weight),
      record: theme, cards: same, ...(parts.length > 1 ? { all: cards.length } : {}),
    };
  });
}
