// The room: the code for latecomers, who is here, and looking after people.
import '../first_load.js';
import { useState } from 'preact/hooks';
import { labelled, plural, t } from '../../page/i18n.js';
import { at, page } from '../../page/page.js';
import { act, crew, facilitatorKey, howMany, isFacilitator, link, me, people, workshop } from '../../sync/workshop.js';
import { CoFacilitators } from './co_facilitators.jsx';
import { Door } from './door.jsx';
import { download } from '../shared/download.js';
import { nameAmong } from '../shared/parts.jsx';
import { SomeoneElse } from '../shared/someone_else.jsx';
import { WithoutPhone } from './without_phone.jsx';

export function Room() {
  return (
    <section aria-labelledby="room-title">
      <h2 id="room-title">{t('Come aboard')}</h2>
      <p class="code">{page.code}</p>
      <img class="qr" src={at(`/w/${page.code}/qr.svg`)} alt={t('QR code of the address {url}', { url: page.join_url })} />
      <p class="hint">{page.join_url}</p>
      {isFacilitator.value && <PlainHttp />}
      {isFacilitator.value && <p><a class="button" href={screenLink()} target="_blank" rel="noopener">{t('Open the big screen')}</a></p>}
      <h3>{link.value === 'away' ? t('Without a connection: who is here is not known now') : plural(howMany.value, t('{n} person here'), t('{n} people here'))}</h3>
      {workshop.value?.settings.anonymous && <p class="hint">{isFacilitator.value ? t('The workshop is anonymous: who comes is counted a little later, and is on this list from the next step on, or once you lock or unlock the board.') : t('The workshop is anonymous: only how many are here is told, a little later.')}</p>}
      <ul class="list">{people.value.map((person) => <Person key={person.id} person={person} />)}</ul>
      {isFacilitator.value && <WithoutPhone />}
      {isFacilitator.value && <Door />}
      <Myself />
      <p><a class="button quiet" href={at('/privacy')} target="_blank" rel="noopener">{t('Privacy and notices')}</a></p>
      {isFacilitator.value && <CoFacilitators />}
    </section>
  );
}

/** Where phones come over http: what that means. */
function PlainHttp() {
  const { protocol, hostname } = new URL(page.join_url);
  if (protocol !== 'http:' || /^(localhost|127\..*|\[::1\])$/.test(hostname)) return null;
  return (
    <div class="block" role="note">
      <strong>{t('This address is not encrypted (http).')}</strong>
      <p class="hint">{t('Somebody who listens on the same Wi-Fi can read first names and all that is written, and act as somebody else, as you too. Where you do not know who shares the Wi-Fi, share the connection of your phone instead, and have people leave out their first names.')}</p>
      <p class="hint">{t('Three ways to encrypt it are in the documentation: docs/deploy.md, “TLS in a room”.')}</p>
    </div>
  );
}

/** With the key: where the door is not open, the code alone does not show the wall. */
const screenLink = () => at(`/w/${page.code}/screen${facilitatorKey() && `#key=${facilitatorKey()}`}`);

/** @param {{ person: any }} props */
function Person({ person }) {
  const [newName, setNewName] = useState(/** @type {string | null} */ (null));
  const here = crew.value.has(person.id);
  const mine = person.id === me.value?.id;
  const name = nameAmong(person, people.value);
  return (
    <li class="block">
      <div class="row tight">
        <span class="grow" dir="auto">
          <strong>{name}</strong>{mine && ` (${t('me')})`}{person.role === 'facilitator' && ` · ${t('facilitator')}`}
          {!workshop.value?.settings.anonymous && <span class="hint"> · {here ? t('here') : t('away')}{person.ready ? ` · ${t('done')}` : ''}</span>}
        </span>
        {isFacilitator.value && !mine && newName === null && (
          <button type="button" class="plain" onClick={() => setNewName(person.name)} aria-label={labelled(t('Manage'), name)}>{t('Manage')}</button>
        )}
      </div>
      {newName !== null && (
        <form class="row" onSubmit={(event) => { event.preventDefault(); act('rename_person', { person: person.id, new_name: newName }); setNewName(null); }}>
          <input class="grow" type="text" aria-label={t('First name')} data-most="60" value={newName} onInput={(event) => setNewName(event.currentTarget.value)} />
          <button>{t('Save')}</button>
          <button type="button" class="danger" onClick={() => act('remove_person', { person: person.id })}>{t('Remove from the workshop')}</button>
        </form>
      )}
      {newName !== null && <ErasePerson person={person} />}
    </li>
  );
}

/** For somebody who asks for it and has no phone, or has lost it. @param {{ person: any }} props */
function ErasePerson({ person }) {
  const [sure, setSure] = useState(false);
  if (!sure) return <p><button type="button" class="plain" onClick={() => setSure(true)}>{t('Erase what they wrote and chose')}</button></p>;
  return (
    <div class="block" role="alert">
      <p>{t('Their cards, the actions they proposed, their votes and their name will be erased for good, as they could do themselves. The log says that you did it.')}</p>
      <div class="row">
        <button type="button" class="danger" onClick={() => { act('erase_person', { person: person.id }); setSure(false); }}>{t('Yes, erase all of it for good')}</button>
        <button type="button" class="plain" onClick={() => setSure(false)}>{t('No, keep it')}</button>
      </div>
    </div>
  );
}

function Myself() {
  const [name, setName] = useState(me.value?.name || '');
  const [sure, setSure] = useState(false);
  return (
    <div class="block">
      <h3>{t('About me')}</h3>
      <form class="row tight" onSubmit={(event) => { event.preventDefault(); act('rename_me', { new_name: name }); }}>
        <input class="grow" type="text" aria-label={t('My first name')} data-most="60" value={name} onInput={(event) => setName(event.currentTarget.value)} />
        <button disabled={name === me.value?.name}>{t('Save')}</button>
      </form>
      <SomeoneElse />
      <MyData />
      {sure ? (
        <div class="block" role="alert">
          <p>{t('Your cards, the actions you proposed, and titles and notes that repeat a card of yours will be erased for good. In an anonymous workshop they go one by one, within a minute or so.')}</p>
          <div class="row">
            <button type="button" class="danger" onClick={() => { act('take_back'); setSure(false); }}>{t('Yes, erase all of it for good')}</button>
            <button type="button" class="plain" onClick={() => setSure(false)}>{t('No, keep it')}</button>
          </div>
        </div>
      ) : (
        <button type="button" class="plain" onClick={() => setSure(true)}>{t('Erase all my cards')}</button>
      )}
    </div>
  );
}

/** What the workshop holds about whoever looks: to take away, and votes and the like to take back. */
function MyData() {
  const [status, setStatus] = useState('');
  const [sure, setSure] = useState(false);
  const take = () => download('me.json').then(setStatus, () => setStatus(t('The server cannot be reached. Please try again.')));
  const withdraw = async () => {
    setSure(false);
    const answer = await act('withdraw');
    if (answer.ok) setStatus(t('Your votes, knots and “me too” are taken back.'));
  };
  return (
    <>
      <p><button type="button" class="plain" onClick={take}>{t('Take away all that is kept about me')}</button></p>
      {sure ? (
        <div class="block" role="alert">
          <p>{t('All your votes, knots and “me too” will be taken back, and cannot be given again once their step is over.')}</p>
          <div class="row">
            <button type="button" class="danger" onClick={withdraw}>{t('Yes, take them back')}</button>
            <button type="button" class="plain" onClick={() => setSure(false)}>{t('No, keep them')}</button>
          </div>
        </div>
      ) : (
        <p><button type="button" class="plain" onClick={() => setSure(true)}>{t('Take back my votes, knots and “me too”')}</button></p>
      )}
      {status && <p class="hint" role="status">{status}</p>}
    </>
  );
}
