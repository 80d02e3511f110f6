// What the server put into the page, as data.

/**
 * @typedef {object} Page
 * @property {'home' | 'participant' | 'facilitator' | 'screen' | 'replay' | 'library' | 'error'} view
 * @property {string} language
 * @property {string[]} languages
 * @property {Record<string, string>} messages sentences in English and in the page's language
 * @property {string} code
 * @property {string} join_url
 * @property {boolean} [open_creation]
 */

const element = document.getElementById('page');

/** @type {Page} */
export const page = element ? JSON.parse(element.textContent || '{}') : { messages: {}, language: 'en', languages: ['en'] };
