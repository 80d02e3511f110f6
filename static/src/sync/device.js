// This browser, by an id of its own: so that whoever was removed does not come straight back as someone new, and one
// phone can be one person. Kept twice, since browsers throw either away. It says nothing about its owner, and servers
// keep only a hash of it, a different one for each workshop.
import { random } from '../page/ids.js';

const NAME = 'speedboat:device';
const COOKIE = 'device';
const YEAR = 365 * 24 * 3600;

/** @returns {string} */
export function deviceId() {
  const id = stored() || fromCookie() || random(16);
  try {
    localStorage.setItem(NAME, id);
  } catch {
    // A private window may keep nothing.
  }
  const secure = location.protocol === 'https:' ? '; secure' : '';
  document.cookie = `${COOKIE}=${id}; path=/; samesite=lax; max-age=${YEAR}${secure}`;
  return id;
}

function stored() {
  try {
    return valid(localStorage.getItem(NAME));
  } catch {
    return '';
  }
}

const fromCookie = () => valid(document.cookie.split('; ').find((pair) => pair.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1));

/** @param {string | null | undefined} id */
const valid = (id) => (id && /^[\w-]{16,64}$/.test(id) ? id : '');
