// Fetching the frames, in as many parts as the server makes of them.
import { at, page } from '../page/page.js';
import { recall } from '../sync/identity.js';

/** @returns {Promise<import('./reel.js').Frame[]>} rejected where the server cannot be reached or says no */
export async function fetchFrames() {
  /** @type {import('./reel.js').Frame[]} */
  const frames = [];
  /** @type {number | null} */
  let after = 0;
  // Where the door is not open it takes having been let in, here or on the wall.
  const token = recall(page.code, 'participant').token || recall(page.code, 'screen').token;
  const headers = token ? { Authorization: `Bearer ${token}` } : undefined;
  while (after !== null) {
    const response = await fetch(at(`/api/v1/workshops/${page.code}/replay?after=${after}&lang=${page.language}`), { headers });
    const batch = await response.json();
    if (!response.ok) throw new Error(batch.error?.message);
    frames.push(...batch.frames);
    after = batch.next;
  }
  return frames;
}
