// Saving what the server makes of a workshop as a file.
import { page } from '../../page/page.js';
import { ask, workshop } from '../../sync/workshop.js';

/**
 * Save what a call answers as a file.
 * @param {string} what the last part of its address, which names the kind of file
 * @param {Record<string, string>} [more] of its address
 * @returns {Promise<string>} why there is none, or nothing
 */
export async function download(what, more = {}) {
  const response = await ask(what, more);
  if (!response.ok) {
    const answer = await response.json().catch(() => null);
    return answer?.error?.message || response.statusText;
  }
  const url = URL.createObjectURL(await response.blob());
  const anchor = document.createElement('a');
  anchor.href = url;
  // Browsers replace what a file's name may not hold.
  anchor.download = `${workshop.peek()?.title || ''} – speedboat-${page.code}.${what.replace('export.', '')}`.replace(/^ – /, '');
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
  return '';
}
