// The door in the facilitator's hand: how one comes in, who waits, who was removed.
import '../first_load.js';
import { useState } from 'preact/hooks';
import { labelled, plural, t } from '../../page/i18n.js';
import { act, outside, waiting, workshop } from '../../sync/workshop.js';
import { nameAmong } from '../shared/parts.jsx';

/** @typedef {import('../../wire/wire').WorkshopRecord['door']} How */

export function Door() {
  const door = workshop.value?.door || 'open';
  const [asking, setAsking] = useState(false);
  /** @type {[How, string, string][]} */
  const ways = [
    ['open', t('Open to all'), t('Whoever has the code comes in.')],
    ['passphrase', t('With a passphrase'), t('The code, and a word that you say aloud.')],
    ['approve', t('On approval'), t('You let each person in. The surest way where pranks are likely.')],
    ['closed', t('Closed to newcomers'), t('Nobody new comes in; whoever is in comes back.')],
  ];
  /** @param {How} to */
  const choose = (to) => {
    setAsking(to === 'passphrase');
    if (to !== 'passphrase') act('set_door', { door: to });
  };
  return (
    <div class="block">
      <fieldset class="ways">
        <legend><h3>{t('The door')}</h3></legend>
        {ways.map(([to, label, hint]) => (
          <label class="check" key={to}>
            <input type="radio" name="door" checked={asking ? to === 'passphrase' : to === door} onChange={() => choose(to)} />
            <span>{label}<small class="hint">{hint}</small></span>
          </label>
        ))}
      </fieldset>
      {(asking || door === 'passphrase') && <Passphrase isSet={door === 'passphrase'} done={() => setAsking(false)} />}
      <Waiting />
      <Outside />
    </div>
  );
}

/** Written anew each time: nobody can look it up. @param {{ isSet: boolean, done: () => void }} props */
function Passphrase({ isSet, done }) {
  const [passphrase, setPassphrase] = useState('');
  /** @param {Event} event */
  const save = async (event) => {
    event.preventDefault();
    const answer = await act('set_door', { door: 'passphrase', passphrase });
    if (!answer.ok) return;
    setPassphrase('');
    done();
  };
  return (
    <form class="field" onSubmit={save}>
      <label for="new-passphrase">{isSet ? t('Another passphrase') : t('Passphrase')}</label>
      <p class="hint" id="passphrase-note">{t('Capitals and spaces do not matter. It cannot be read again here: note it down.')}</p>
      <div class="row tight">
        <input
          class="grow" id="new-passphrase" type="text" data-most="100" autocomplete="off" aria-describedby="passphrase-note"
          value={passphrase} onInput={(event) => setPassphrase(event.currentTarget.value)}
        />
        <button disabled={!passphrase.trim()}>{t('Save')}</button>
      </div>
    </form>
  );
}

/** Whoever knocks, wherever a facilitator looks. */
export function Waiting() {
  const knocking = waiting.value;
  if (!knocking.length) return null;
  return (
    <div class="block" role="status">
      <h3>{plural(knocking.length, t('{n} person is waiting at the door'), t('{n} people are waiting at the door'))}</h3>
      <ul class="list">
        {knocking.map((person) => (
          <li class="row tight" key={person.id}>
            <strong class="grow" dir="auto">{called(person)}</strong>
            <button type="button" aria-label={labelled(t('Let in'), called(person))} onClick={() => act('admit_person', { person: person.id })}>{t('Let in')}</button>
            <button type="button" class="plain" aria-label={labelled(t('Refuse'), called(person))} onClick={() => act('refuse_person', { person: person.id })}>{t('Refuse')}</button>
          </li>
        ))}
      </ul>
      {knocking.length > 1 && (
        <button type="button" class="plain" onClick={() => knocking.forEach((person) => act('admit_person', { person: person.id }))}>{t('Let everybody in')}</button>
      )}
    </div>
  );
}

function Outside() {
  if (!outside.value.length) return null;
  return (
    <details>
      <summary>{t('Removed from the workshop')} ({outside.value.length})</summary>
      <p class="hint">{t('They do not come back from the same phone, nor under the same first name, and their votes do not count.')}</p>
      <ul class="list">
        {outside.value.map((person) => (
          <li class="row tight" key={person.id}>
            <span class="grow" dir="auto">{called(person)}</span>
            <button type="button" class="plain" aria-label={labelled(t('Let in again'), called(person))} onClick={() => act('admit_person', { person: person.id })}>{t('Let in again')}</button>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** @param {any} person */
const called = (person) => nameAmong(person, person.waiting ? waiting.value : outside.value);
