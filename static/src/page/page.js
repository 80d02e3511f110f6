// What the server put into the page, as data.

/**
 * @typedef {object} Page
 * @property {'home' | 'participant' | 'facilitator' | 'screen' | 'replay' | 'library' | 'account' | 'error'} view
 * @property {string} [base] the path below which all of it is served, as `/boat`
 * @property {string} language
 * @property {string[]} languages
 * @property {Record<string, string>} messages sentences in English and in the page's language
 * @property {string} [later] where the sentences of parts are that are fetched later
 * @property {Record<string, string[]>} [parts] the files of each part that is fetched later, by the name of its source
 * @property {string} code
 * @property {string} join_url
 * @property {boolean} [open_creation]
 * @property {string} [title] of the workshop, and what follows: for whoever stands at its door
 * @property {string} [objective] only where the door is open
 * @property {boolean} [anonymous] absent: the server has not said
 * @property {string} [storage] a sentence: how long all of it is kept
 */

const element = document.getElementById('page');

/** @type {Page} */
export const page = element ? JSON.parse(element.textContent || '{}') : { messages: {}, language: 'en', languages: ['en'] };

/** An address that browsers can use. @param {string} path from the root of the application */
export const at = (path) => (page.base || '') + path;

/** Where the page is drawn, empty: what stood there is for browsers that do not come this far. */
export function emptyPlace() {
  const place = /** @type {HTMLElement} */ (document.getElementById('app'));
  place.textContent = '';
  return place;
}
