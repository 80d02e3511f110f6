// What the server proposes: groups of cards, and themes for cards. Fetched when asked for; a person always confirms.
import { signal } from '@preact/signals';
import { t } from '../../page/i18n.js';
import { ask, notice } from '../../sync/workshop.js';

const FRESH = 20_000; // ms for which an answer serves the next card that is opened

/** @type {import('@preact/signals').Signal<{ themes: { title: string, cards: string[] }[], cards: { card: string, theme: string, score: number }[] } | null>} */
export const proposals = signal(/** @type {any} */ (null));
let fetched = 0;

/** Ask anew, unless that was done just now. @param {{ quiet?: boolean }} [how] quiet: nobody asked for it by a button */
export async function propose({ quiet = false } = {}) {
  if (quiet && performance.now() - fetched < FRESH) return;
  fetched = performance.now();
  try {
    const response = await ask('suggestions');
    const answer = await response.json();
    if (response.ok) proposals.value = answer;
    else if (!quiet) notice.value = { text: answer.error.message, kind: 'wrong' };
  } catch {
    if (!quiet) notice.value = { text: t('The server cannot be reached. Please try again.'), kind: 'wrong' };
  }
}
