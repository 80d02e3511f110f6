// Sentences in the page's language. English is in the source; the page carries the others.
import { page } from './page.js';

/**
 * A sentence, with values put in for {names}.
 * @param {string} sentence
 * @param {Record<string, string | number>} [values]
 */
export function t(sentence, values = {}) {
  const said = page.messages[sentence] || sentence;
  return said.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

const plurals = new Intl.PluralRules(page.language);

/**
 * One of two sentences by a number, which both may show as {n}.
 * @param {number} n
 * @param {string} one a sentence given to t
 * @param {string} many a sentence given to t
 */
export function plural(n, one, many) {
  return (plurals.select(n) === 'one' ? one : many).replace('{n}', number(n));
}

/** @param {number} n */
export const number = (n) => new Intl.NumberFormat(page.language, { maximumFractionDigits: 1 }).format(n);

/** @param {string} date YYYY-MM-DD */
export const day = (date) =>
  new Intl.DateTimeFormat(page.language, { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    new Date(`${date}T00:00:00Z`),
  );
