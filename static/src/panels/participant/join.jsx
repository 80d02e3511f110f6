// The door: a first name, or nothing, and in; or a passphrase, or a moment of waiting.
import { useEffect, useRef, useState } from 'preact/hooks';
import { LANGUAGE_NAMES, speak } from '../../page/appearance.js';
import { t } from '../../page/i18n.js';
import { at, page } from '../../page/page.js';
import { enter, refusal, trouble } from '../../sync/workshop.js';
import { Promises } from './promises.jsx';
import { fetchedOnce } from '../shared/lazy.jsx';
import { SomeoneElse } from '../shared/someone_else.jsx';
import { Trouble } from '../shared/trouble.jsx';

const harbour = fetchedOnce('harbour', () => import('./harbour.js').then((file) => file.HARBOUR));

export function Join() {
  const [name, setName] = useState('');
  const [passphrase, setPassphrase] = useState('');
  const [asked, setAsked] = useState(false);
  const [needsPassphrase, setNeedsPassphrase] = useState(false);
  const code = refusal.value?.code;
  const isJoining = asked && !refusal.value && !trouble.value;
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  useEffect(() => {
    if (code === 'wrong_passphrase') setNeedsPassphrase(true);
  }, [code]);
  useEffect(() => {
    if (needsPassphrase) field.current?.focus();
  }, [needsPassphrase]);
  /** @param {Event} event */
  const join = (event) => {
    event.preventDefault();
    setAsked(true);
    enter({ name: name.trim(), passphrase: passphrase.trim() });
  };
  if (code === 'removed') return <AtTheDoor title={t('You are no longer in this workshop')} say={t('If this is a mistake, ask a facilitator to let you in again.')} again />;
  if (code === 'waiting') return <AtTheDoor title={t('A moment, please')} say={t('The facilitator has been told and will let you in. This page opens by itself.')} />;
  return (
    <div class="door-page"><main class="door" id="main">
      <p class="hint">{t('Join the workshop')} <span class="which" aria-label={t('Code')}>{page.code}</span></p>
      <h1 dir="auto">{page.title}</h1>
      <Picture />
      {refusal.value && <p class="wrong" role="alert">{code === 'wrong_passphrase' && passphrase ? t('That is not the passphrase. Ask a facilitator.') : refusal.value.message}</p>}
      <form onSubmit={join}>
        {page.objective && <p class="island" dir="auto"><small>{t('Our island')}</small>{page.objective}</p>}
        <div class="field">
          <div class="row">
            <label for="name">{t('Your first name')}</label>
            <small class="hint" id="name-hint">{t('Optional')}</small>
          </div>
          <input
            id="name" type="text" data-most="60" autocomplete="given-name" enterkeyhint="go" aria-describedby="name-hint"
            value={name} onInput={(event) => setName(event.currentTarget.value)}
          />
        </div>
        {needsPassphrase && (
          <div class="field">
            <label for="passphrase">{t('Passphrase')}</label>
            <input
              id="passphrase" ref={field} type="text" data-most="100" autocomplete="off" enterkeyhint="go"
              value={passphrase} onInput={(event) => setPassphrase(event.currentTarget.value)}
            />
          </div>
        )}
        <Promises />
        <Trouble />
        <button class="primary" disabled={isJoining}>{isJoining ? t('Coming aboard…') : t('Come aboard')}</button>
      </form>
      <p class="tongues">
        {page.languages.filter((language) => language !== page.language).map((language) => (
          <button type="button" class="quiet" key={language} lang={language} onClick={() => speak(language)}>{LANGUAGE_NAMES[language] || language}</button>
        ))}
        <a class="button quiet" href={at('/privacy')}>{t('Privacy and notices')}</a>
      </p>
    </main></div>
  );
}

/** Its place is kept: nothing moves when it comes. */
function Picture() {
  const [, arrived] = useState(0);
  const drawing = harbour.now || '';
  useEffect(() => {
    if (!drawing) harbour.load().then(() => arrived(1), () => {}); // one joins without it
  }, []);
  return <div class="harbour" dangerouslySetInnerHTML={{ __html: drawing }} />;
}

/** @param {{ title: string, say: string, again?: boolean }} props */
function AtTheDoor({ title, say, again }) {
  return (
    <div class="door-page"><main class="door" id="main">
      <div class="told" role="status">
        <h1>{title}</h1>
        {again && <p class="lead">{refusal.value?.message}</p>}
        <p class="lead">{say}</p>
        {again && <p><button type="button" onClick={() => enter()}>{t('Try again')}</button></p>}
        <SomeoneElse />
      </div>
    </main></div>
  );
}
