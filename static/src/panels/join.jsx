// The door: a first name, or nothing, and in.
import { useState } from 'preact/hooks';
import { LANGUAGE_NAMES, speak } from '../display.js';
import { t } from '../i18n.js';
import { page } from '../page.js';
import { enter, refusal } from '../sync/workshop.js';
import { SomeoneElse } from './someone.jsx';

export function Join() {
  const [name, setName] = useState('');
  const [asked, setAsked] = useState(false);
  /** @param {Event} event */
  const join = (event) => {
    event.preventDefault();
    setAsked(true);
    enter({ name: name.trim() });
  };
  if (refusal.value?.code === 'removed') return <Turned />;
  return (
    <div class="door-page"><main class="door" id="main">
      <h1>{t('Join the workshop')}</h1>
      <p class="code" aria-label={t('Code')}>{page.code}</p>
      {refusal.value && <p class="wrong" role="alert">{refusal.value.message}</p>}
      <form onSubmit={join}>
        <div class="field">
          <label for="name">{t('Your first name')}</label>
          <p class="hint" id="name-hint">{t('You may leave this empty.')}</p>
          <input
            id="name" type="text" maxLength={60} autocomplete="given-name" enterkeyhint="go" aria-describedby="name-hint"
            value={name} onInput={(event) => setName(event.currentTarget.value)}
          />
        </div>
        <button class="primary" disabled={asked && !refusal.value}>{t('Come aboard')}</button>
      </form>
      <p class="tongues">
        {page.languages.filter((language) => language !== page.language).map((language) => (
          <button type="button" class="quiet" key={language} lang={language} onClick={() => speak(language)}>{LANGUAGE_NAMES[language] || language}</button>
        ))}
      </p>
    </main></div>
  );
}

function Turned() {
  return (
    <main class="panel" id="main">
      <h1>{t('You are no longer in this workshop')}</h1>
      <p class="lead">{refusal.value?.message}</p>
      <SomeoneElse />
    </main>
  );
}
