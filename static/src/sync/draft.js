// A card being written: kept on this device from key to key until it is sent, so that a page loaded anew, a phone that
// closed it, or a look at another part of the page costs no word.

/** @typedef {{ text: string, kind: string | null, weight: number, forWhom: string, anonymous: boolean }} Draft */

/** The text that this tab last kept: what another keeps is not ours to take away. */
let ownText = '';

/** @param {string} owner workshop and person */
const place = (owner) => `speedboat:draft:${owner}`;

/** @param {string} owner @returns {Partial<Draft>} empty: there is none */
export function draftOf(owner) {
  const draft = read(owner);
  ownText = draft.text || '';
  return draft;
}

/** @param {string} owner @param {Draft} draft without a text there is nothing to keep */
export function keepDraft(owner, draft) {
  try {
    if (draft.text.trim()) localStorage.setItem(place(owner), JSON.stringify(draft));
    else if (ownText && read(owner).text === ownText) localStorage.removeItem(place(owner));
    ownText = draft.text.trim() ? draft.text : '';
  } catch {
    // Full, or forbidden in a private window: then it lives as long as the page.
  }
}

/** @param {string} owner @returns {Partial<Draft>} */
function read(owner) {
  try {
    return JSON.parse(localStorage.getItem(place(owner)) || '{}');
  } catch {
    return {};
  }
}

/**
 * Be told when another tab of this person has sent or emptied the draft that both may be showing.
 * @param {string} owner
 * @param {(text: string) => void} sent called with the text that is done with
 * @returns {() => void} stop listening
 */
export function onDraftDone(owner, sent) {
  /** @param {StorageEvent} event */
  const hear = (event) => {
    if (event.key !== place(owner) || event.newValue !== null) return;
    try {
      sent(JSON.parse(event.oldValue || '{}').text || '');
    } catch {
      // It was none of ours.
    }
  };
  window.addEventListener('storage', hear);
  return () => window.removeEventListener('storage', hear);
}
