// A text that is too long is said to be, and not cut: whoever pastes one sees all of it, and what to do.
import { plural, t } from '../../page/i18n.js';

export const LIMIT = 500;
const NEAR = 80; // characters before the limit from which it is worth a word

/** How many characters too many, negative where there is room. @param {string} text @param {number} [limit] */
export const excessOf = (text, limit = LIMIT) => [...text].length - limit;

/** @param {{ id: string, texts: string[], limit?: number }} props texts: each has the limit */
export function Excess({ id, texts, limit = LIMIT }) {
  const excess = Math.max(-limit, ...texts.map((text) => excessOf(text, limit)));
  if (excess <= -NEAR) return null;
  return excess > 0
    ? <p class="wrong" id={id} role="status">{plural(excess, t('{n} character too many: please shorten the text.'), t('{n} characters too many: please shorten the text.'))}</p>
    : <p class="hint" id={id}>{plural(-excess, t('{n} character left'), t('{n} characters left'))}</p>;
}
