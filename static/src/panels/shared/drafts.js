// What is written in a field, kept as a draft from key to key until it is sent.
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import { page } from '../../page/page.js';
import { Drafts } from '../../sync/draft.js';

/**
 * @param {string} field what is written: a card, an action, the note of a theme …
 * @param {string} [initial] what the field shows where there is no draft, and which is none
 * @returns {[string, (text: string) => void]} as of useState
 */
export function useDraft(field, initial = '') {
  const [drafts] = useState(() => new Drafts(page.code, field));
  const [text, setText] = useState(() => drafts.open().text || initial);
  // In the turn of the key that was pressed: a page that closes in the next one has it.
  useLayoutEffect(() => drafts.keep({ text: text === initial ? '' : text }), [text, initial]);
  useEffect(() => drafts.onDone((done) => setText((now) => (now === done ? initial : now))), []);
  return [text, setText];
}
