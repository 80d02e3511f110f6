// Sentences in the page's language. English is in the source; the page carries the others.
import { page } from './page.js';
import './translation.js'; // for whoever reads neither

/**
 * A sentence, with values put in for {names}.
 * @param {string} sentence
 * @param {Record<string, string | number>} [values]
 */
export function t(sentence, values = {}) {
  const translation = page.messages[sentence] || sentence;
  return translation.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/**
 * A label and what it labels, on one line: French has a space before the colon.
 * @param {string} label
 * @param {string | number} value
 */
export const labelled = (label, value) => t('{label}: {value}', { label, value });

/** Whose numbers, dates and hours a language comes with: English as it is written in Europe, 25 November 2026, 14:30. */
export const locale = page.language === 'en' ? 'en-GB' : page.language;

const plurals = new Intl.PluralRules(locale);

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
export const number = (n) => new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(n);

/** @param {number} at ms since the epoch, said by the clock of this device */
export const moment = (at) =>
  frenchFirst(new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit' }).format(new Date(at)));

/** YYYY-MM-DD, where this device is. */
export const today = () => new Date(Date.now() - new Date().getTimezoneOffset() * 60_000).toISOString().slice(0, 10);

/** @param {string} date YYYY-MM-DD */
export const day = (date) =>
  frenchFirst(new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' }).format(new Date(`${date}T00:00:00Z`)));

/** The first of a month has its own name in French, which browsers leave out. @param {string} date */
function frenchFirst(date) {
  return locale === 'fr' ? date.replace(/^1 /, '1er ') : date;
}
