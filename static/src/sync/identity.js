// Who this browser is in each workshop: a token, so that a reload or a returning phone is the same person.

/** @param {string} code @param {string} view */
const place = (code, view) => `speedboat:${view === 'screen' ? 'screen' : 'me'}:${code}`;

/**
 * @typedef {{ token?: string, person?: string, key?: string }} Identity
 */

/**
 * @param {string} code
 * @param {string} view
 * @returns {Identity}
 */
export function recall(code, view) {
  try {
    return JSON.parse(localStorage.getItem(place(code, view)) || '{}');
  } catch {
    return {};
  }
}

/**
 * @param {string} code
 * @param {string} view
 * @param {Identity} identity
 */
export function remember(code, view, identity) {
  try {
    localStorage.setItem(place(code, view), JSON.stringify(identity));
  } catch {
    // A private window may keep nothing; then a reload is a new person.
  }
}

/** @param {string} code @param {string} view */
export function forget(code, view) {
  try {
    localStorage.removeItem(place(code, view));
  } catch {
    // Nothing was kept.
  }
}

/** The facilitator key in the address, taken out of sight: links get copied from address bars. */
export function takeKey() {
  const key = new URLSearchParams(location.hash.slice(1)).get('key');
  if (key) history.replaceState(null, '', location.pathname + location.search);
  return key;
}
