// What was written here and is nowhere else: refused by the server, or left by whoever this phone was before. Kept until
// somebody has sent, copied or erased it.
import { useEffect, useRef, useState } from 'preact/hooks';
import { copyText } from '../../page/clipboard.js';
import { plural, t } from '../../page/i18n.js';
import { dismiss, get, notice, refused, retry, strays } from '../../sync/workshop.js';
import { writingOf } from '../../sync/writings.js';

/** @typedef {import('../../sync/outbox.js').Entry} Entry */

export function Unsent() {
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  // Whoever has scrolled down sees it, too.
  useEffect(() => place.current?.scrollIntoView({ block: 'nearest' }), [refused.value.length]);
  if (!refused.value.length && !strays.value.length) return null;
  return (
    <section class="panel unsent" ref={place} aria-label={t('Not sent')}>
      {refused.value.map((entry) => <Refused key={entry.key} entry={entry} />)}
      {strays.value.length > 0 && <Strays entries={strays.value} />}
    </section>
  );
}

/** @param {{ entry: Entry }} props */
function Refused({ entry }) {
  const error = entry.refused;
  const text = writingOf(entry.command);
  const isConflict = error?.current !== undefined;
  const isNameless = error?.code === 'anonymity_changed';
  return (
    <div class="block" role="alert">
      <p dir="auto"><strong>{text}</strong></p>
      <p class="hint">{isConflict ? t('Somebody changed this text in the meantime. It now says:') : error?.message}</p>
      {isConflict && <p dir="auto">{error.current}</p>}
      <div class="row">
        {isConflict && <button type="button" onClick={() => keepMine(entry)}>{t('Keep mine')}</button>}
        {isNameless && <button type="button" onClick={() => retry(entry, { anonymous: false })}>{t('Send it with my name')}</button>}
        {!isConflict && !isNameless && <button type="button" onClick={() => retry(entry)}>{t('Try again')}</button>}
        <button type="button" class="plain" onClick={() => copy(text)}>{t('Copy')}</button>
        <button type="button" class="plain" onClick={() => dismiss(entry)}>{isConflict ? t('Keep theirs') : t('Remove')}</button>
      </div>
    </div>
  );
}

/** Over what the others wrote, as it is now. @param {Entry} entry */
export const keepMine = (entry) => retry(entry, { base: get(entry.command.card)?.seq });

/** @param {{ entries: Entry[] }} props */
function Strays({ entries }) {
  const [isErasing, setErasing] = useState(false);
  const texts = entries.map((entry) => writingOf(entry.command)).filter(Boolean);
  const all = (/** @type {(entry: Entry) => void} */ act) => [...entries].forEach(act);
  return (
    <div class="block" role="alert">
      <h3>{t('Written on this phone before, and not sent')}</h3>
      <ul>{texts.map((text, i) => <li key={i} dir="auto">{text}</li>)}</ul>
      {texts.length < entries.length && <p class="hint">{plural(entries.length - texts.length, t('and {n} other thing that was done'), t('and {n} other things that were done'))}</p>}
      {isErasing ? (
        <div class="row">
          <p class="grow">{t('Erase it for good?')}</p>
          <button type="button" class="danger" onClick={() => all(dismiss)}>{t('Erase')}</button>
          <button type="button" class="plain" onClick={() => setErasing(false)}>{t('Keep it')}</button>
        </div>
      ) : (
        <div class="row">
          <button type="button" onClick={() => all(retry)}>{t('Send it as mine')}</button>
          {texts.length > 0 && <button type="button" class="plain" onClick={() => copy(texts.join('\n'))}>{t('Copy')}</button>}
          <button type="button" class="plain" onClick={() => setErasing(true)}>{t('Erase')}</button>
        </div>
      )}
    </div>
  );
}

/** @param {string} text */
async function copy(text) {
  const isCopied = await copyText(text);
  notice.value = isCopied ? { text: t('Copied.'), kind: 'said' } : { text: t('This browser does not let us copy. Select the text and copy it yourself.'), kind: 'wrong' };
}

/** Half-written when the time for it was over. @param {{ text: string, erase: () => void }} props */
export function Unfinished({ text, erase }) {
  return (
    <div class="block unfinished">
      <p class="hint">{t('You had begun to write this. It was not sent.')}</p>
      <p dir="auto">{text}</p>
      <div class="row">
        <button type="button" class="plain" onClick={() => copy(text)}>{t('Copy')}</button>
        <button type="button" class="plain" onClick={erase}>{t('Erase')}</button>
      </div>
    </div>
  );
}
