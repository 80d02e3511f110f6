// People without a phone: cards were written for them, actions may be theirs. Erasing that for whoever asks for it.
import '../first_load.js';
import { useState } from 'preact/hooks';
import { t } from '../../page/i18n.js';
import { act, cards, notice, ofType } from '../../sync/workshop.js';

/** The names on cards and actions, as far as this facilitator is shown them. */
const names = () => [...new Set([...cards.value.map((card) => card.for), ...ofType('action').map((action) => action.owner)])].filter(Boolean).sort();

export function WithoutPhone() {
  const [name, setName] = useState('');
  const [sure, setSure] = useState(false);
  const erase = async () => {
    setSure(false);
    const answer = await act('erase_by_name', { first_name: name });
    if (!answer.ok) return;
    setName('');
    notice.value = { text: t('Erased. In an anonymous workshop the cards go one by one, within a minute or so.'), kind: 'said' };
  };
  return (
    <details class="block">
      <summary>{t('People without a phone')}</summary>
      <form class="field" onSubmit={(event) => { event.preventDefault(); setSure(true); }}>
        <label for="without-phone">{t('Erase what was written for')}</label>
        <p class="hint" id="without-phone-note">{t('The cards written for this person, and their name wherever they were to do something. The actions themselves stay.')}</p>
        <div class="row tight">
          <input
            class="grow" id="without-phone" type="text" data-most="60" list="written-names" autocomplete="off" aria-describedby="without-phone-note"
            value={name} onInput={(event) => { setName(event.currentTarget.value); setSure(false); }}
          />
          <button class="plain" disabled={!name.trim()}>{t('Erase')}</button>
        </div>
        <datalist id="written-names">{names().map((one) => <option key={one} value={one} />)}</datalist>
      </form>
      {sure && (
        <div class="block" role="alert">
          <p>{t('All that was written for {name} will be erased for good.', { name })}</p>
          <div class="row">
            <button type="button" class="danger" onClick={erase}>{t('Yes, erase all of it for good')}</button>
            <button type="button" class="plain" onClick={() => setSure(false)}>{t('No, keep it')}</button>
          </div>
        </div>
      )}
    </details>
  );
}
