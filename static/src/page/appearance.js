// How the page looks to this person: language and theme, kept in cookies, which the server reads before it draws.
import { setCookie, YEAR } from './cookies.js';
import { page } from './page.js';

/** @typedef {'' | 'day' | 'night' | 'contrast'} Theme '': whatever the device asks for */

/** @type {Theme[]} */
export const THEMES = ['', 'day', 'night', 'contrast'];
export const LANGUAGE_NAMES = /** @type {Record<string, string>} */ ({ fr: 'Français', en: 'English' });
const cookie = page.view === 'screen' ? 'wall_theme' : 'theme';

/** @returns {Theme} */
export const themeNow = () => /** @type {Theme} */ (document.documentElement.dataset.theme || '');

/** @param {Theme} theme */
export function wear(theme) {
  const root = document.documentElement;
  if (theme) root.dataset.theme = theme;
  else delete root.dataset.theme;
  document.querySelector('meta[name="color-scheme"]')?.setAttribute('content', theme === 'night' ? 'dark' : theme ? 'light' : 'light dark');
  setCookie(cookie, theme, theme ? YEAR : 0);
}

/** Read the page in another language; what was written is kept. @param {string} language */
export function speak(language) {
  setCookie('language', language, YEAR);
  location.assign(location.pathname);
}
