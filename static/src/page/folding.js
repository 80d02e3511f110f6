// One folding of words for every search, as in the library: however a word is written, it is found as it is meant.

const SIGNS = /['’‘ʼ`´\-‐‑‒–—\u00ad\u200b\u2060]/g;
const MARKS = /\p{Mn}/gu;
/** What Unicode takes for letters of their own. @type {Record<string, string>} */
const LETTERS = { œ: 'oe', æ: 'ae', ø: 'o', ł: 'l', đ: 'd', ς: 'σ' };

/**
 * @param {string} text
 * @returns {string} without case, accents (composed or not), ligatures, apostrophes and hyphens, with single spaces
 */
export function fold(text) {
  // In capitals first: "ß" is "SS" there, and sharp and long letters are plain.
  const bare = text.toUpperCase().toLowerCase().replace(SIGNS, '').normalize('NFKD').replace(MARKS, '');
  return bare.replace(/[œæøłđς]/g, (letter) => LETTERS[letter]).replace(SIGNS, '').split(/\s+/).filter(Boolean).join(' ');
}

/** @param {string[]} texts @param {string} sought @returns {boolean} whether one of them has it */
export function finds(texts, sought) {
  const folded = fold(sought);
  return texts.some((text) => fold(text).includes(folded));
}
