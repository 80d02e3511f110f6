// Fetching the frames, in as many parts as the server makes of them.
import { page } from '../page.js';

/** @returns {Promise<import('./reel.js').Frame[]>} rejected where the server cannot be reached or says no */
export async function fetchFrames() {
  /** @type {import('./reel.js').Frame[]} */
  const frames = [];
  /** @type {number | null} */
  let after = 0;
  while (after !== null) {
    const response = await fetch(`/api/v1/workshops/${page.code}/replay?after=${after}&lang=${page.language}`);
    const told = await response.json();
    if (!response.ok) throw new Error(told.error?.message);
    frames.push(...told.frames);
    after = told.next;
  }
  return frames;
}
