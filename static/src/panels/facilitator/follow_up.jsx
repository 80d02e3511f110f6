// What stays of a workshop: the summary that can be sent, the replay, and the next workshop of the series.
import '../first_load.js';
import { useState } from 'preact/hooks';
import { copyText } from '../../page/clipboard.js';
import { moment, t } from '../../page/i18n.js';
import { at, page } from '../../page/page.js';
import { act, facilitatorKey, notice, now, workshop } from '../../sync/workshop.js';
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

/** Minutes in which everybody may read what will leave, and days until the link expires. */
const WAITS = () => [[15, t('in a quarter of an hour')], [60, t('in an hour')], [1440, t('tomorrow at this time')], [0, t('at once: we have read it through together')]];
const LIVES = () => [[30, t('a month')], [90, t('three months')], [365, t('a year')]];

function Summary() {
  const [secret, setSecret] = useState('');
  const [wait, setWait] = useState(15);
  const [days, setDays] = useState(90);
  const { shared, shared_from = 0, shared_until } = workshop.value || {};
  const share = async (/** @type {boolean} */ to) => {
    const answer = await act('share_summary', { shared: to, wait, days });
    setSecret(answer.ok ? answer.secret || '' : '');
  };
  const url = `${page.join_url.replace(/\/w\/.*/, '')}/s/${secret}`;
  return (
    <div class="block">
      <h3>{t('Summary to send')}</h3>
      <p class="hint">{t('Whoever has the link reads the outcome: no code, no account, no participant’s name. Before it opens, everybody here reads what will leave, and may reword or take back their own words.')}</p>
      {!shared && <Choice id="summary-wait" label={t('The link opens')} value={wait} change={setWait} options={WAITS()} />}
      {!shared && <Choice id="summary-days" label={t('The link is valid for')} value={days} change={setDays} options={LIVES()} />}
      <Check label={t('Share the summary by a link')} checked={Boolean(shared)} change={share} />
      {shared && shared_from > now() && <p role="status">{t('It opens on {when}. Until then everybody may reword or take back their own words.', { when: moment(shared_from) })}</p>}
      {shared && shared_until && <p class="hint">{shared_until > now() ? t('The link is valid until {when}. Ending it makes it useless at once; sharing again makes another one.', { when: moment(shared_until) }) : t('The link has expired. End it, and share again.')}</p>}
      {shared && !secret && <button type="button" class="plain" onClick={() => share(true)}>{t('Show the link')}</button>}
      {shared && secret && <Link url={url} />}
    </div>
  );
}

/** @param {{ id: string, label: string, value: number, change: (value: number) => void, options: any[][] }} props */
function Choice({ id, label, value, change, options }) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => change(Number(event.currentTarget.value))}>
        {options.map(([of, words]) => <option key={of} value={of}>{words}</option>)}
      </select>
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
