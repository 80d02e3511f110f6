// Cookies, as far as the browser has any: one that refuses them all may throw where one merely asks.

export const YEAR = 365 * 24 * 3600;

/** @param {string} name @param {string} value @param {number} seconds 0: no longer */
export function setCookie(name, value, seconds) {
  try {
    document.cookie = `${name}=${value}; path=/; samesite=lax; max-age=${seconds}${location.protocol === 'https:' ? '; secure' : ''}`;
  } catch {
    // Then the page is as it comes.
  }
}

/** @param {string} name @returns {string} empty: there is none */
export function getCookie(name) {
  try {
    return document.cookie.split('; ').find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1) || '';
  } catch {
    return '';
  }
}
