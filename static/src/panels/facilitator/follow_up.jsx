// What stays of a workshop: the summary that can be sent, the replay, and the next workshop of the series.
import '../first_load.js';
import { useState } from 'preact/hooks';
import { copyText } from '../../page/clipboard.js';
import { t } from '../../page/i18n.js';
import { at, page } from '../../page/page.js';
import { act, facilitatorKey, notice, workshop } from '../../sync/workshop.js';
import { Check } from '../shared/parts.jsx';

export default function Afterwards() {
  return (
    <section aria-labelledby="afterwards-title">
      <h2 id="afterwards-title">{t('Afterwards')}</h2>
      <Summary />
      <div class="block">
        <h3>{t('Replay')}</h3>
        <p class="hint">{t('The boat from the first card to the last, as the big screen showed it.')}</p>
        <a class="button" href={at(`/w/${page.code}/replay`)} target="_blank" rel="noopener">{t('Watch the replay')}</a>
      </div>
      {workshop.value?.phase === 'closed' && <Next />}
    </section>
  );
}

function Summary() {
  const [secret, setSecret] = useState('');
  const shared = Boolean(workshop.value?.shared);
  const share = async (/** @type {boolean} */ to) => {
    const answer = await act('share_summary', { shared: to });
    setSecret(answer.ok ? answer.secret || '' : '');
  };
  const url = `${page.join_url.replace(/\/w\/.*/, '')}/s/${secret}`;
  return (
    <div class="block">
      <h3>{t('Summary to send')}</h3>
      <Check label={t('Share the summary by a link')} checked={shared} change={share} />
      <p class="hint">{t('Whoever has the link reads the outcome: no code, no account. Ending it makes the link useless; sharing again makes another one.')}</p>
      {shared && !secret && <button type="button" class="plain" onClick={() => share(true)}>{t('Show the link')}</button>}
      {shared && secret && <Link url={url} />}
    </div>
  );
}

/** @param {{ url: string }} props */
function Link({ url }) {
  const copy = async () => {
    if (await copyText(url)) notice.value = { text: t('The link is copied.'), kind: 'said' };
    else /** @type {HTMLInputElement | null} */ (document.getElementById('summary-link'))?.select(); // to be copied by hand
  };
  return (
    <>
      <input id="summary-link" type="text" readOnly aria-label={t('Link to the summary')} value={url} onFocus={(event) => event.currentTarget.select()} />
      <div class="row">
        <button type="button" onClick={copy}>{t('Copy the link')}</button>
        <a class="button" href={url} target="_blank" rel="noopener">{t('Open')}</a>
      </div>
    </>
  );
}

/** The next workshop opens on what became of this one's actions. */
function Next() {
  const [title, setTitle] = useState(workshop.value?.title || '');
  const [making, setMaking] = useState(false);
  const make = async () => {
    setMaking(true);
    try {
      const response = await fetch(at('/api/v1/workshops'), {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ title, objective: workshop.value?.objective, language: workshop.value?.settings.language, follows: page.code, key: facilitatorKey() }),
      });
      const created = await response.json();
      if (response.ok) location.assign(at(`/w/${created.code}/facilitate#key=${created.key}`));
      else notice.value = { text: created.error.message, kind: 'wrong' };
    } catch {
      notice.value = { text: t('The server cannot be reached. Please try again.'), kind: 'wrong' };
    }
    setMaking(false);
  };
  return (
    <form class="block" onSubmit={(event) => { event.preventDefault(); make(); }}>
      <h3>{t('Next workshop of the series')}</h3>
      <p class="hint">{t('A new workshop, with its own code, that opens on what became of these actions.')}</p>
      <div class="field">
        <label for="next-title">{t('Title')}</label>
        <input id="next-title" type="text" data-most="200" value={title} onInput={(event) => setTitle(event.currentTarget.value)} />
      </div>
      <button class="primary" disabled={making || !title.trim()}>{t('Create the next workshop')}</button>
    </form>
  );
}
