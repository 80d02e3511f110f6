// Ids chosen here, so that acts chained offline can refer to each other. Works over plain http, unlike randomUUID.

const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_';

/** @param {number} length */
export function random(length) {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return Array.from(bytes, (byte) => ALPHABET[byte & 63]).join('');
}

/** @param {'card' | 'theme' | 'action'} type */
export const recordId = (type) => `${type}:${random(21)}`;

export const commandId = () => random(21);
