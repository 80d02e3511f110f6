// This browser, by an id of its own: so that whoever was removed does not come straight back as someone new, and one
// phone can be one person. Kept twice, since browsers throw either away. It says nothing about its owner, and servers
// keep only a hash of it, a different one for each workshop.
import { getCookie, setCookie, YEAR } from '../page/cookies.js';
import { random } from '../page/ids.js';

const NAME = 'speedboat:device';
const COOKIE = 'device';
/** For browsers that keep nothing: the same as long as the page lives. */
let current = '';

/** @returns {string} */
export function deviceId() {
  const id = (current = stored() || fromCookie() || current || random(16));
  try {
    localStorage.setItem(NAME, id);
  } catch {
    // A private window may keep nothing.
  }
  setCookie(COOKIE, id, YEAR);
  return id;
}

function stored() {
  try {
    return valid(localStorage.getItem(NAME));
  } catch {
    return '';
  }
}

const fromCookie = () => valid(getCookie(COOKIE));

/** @param {string | null | undefined} id */
const valid = (id) => (id && /^[\w-]{16,64}$/.test(id) ? id : '');
