// Actions: what, who, by when. Anyone proposes, facilitators accept.
import '../first_load.js';
import { useEffect, useRef, useState } from 'preact/hooks';
import { day, labelled, plural, t, today } from '../../page/i18n.js';
import { recordId } from '../../page/ids.js';
import { act, cards, get, isFacilitator, ofType, themes, workshop } from '../../sync/workshop.js';
import { Arrival } from './arrival.jsx';
import { CardLine } from './card.jsx';
import { useDraft } from './drafts.js';
import { Excess, excessOf } from './excess.jsx';
import { inOrder } from './words.js';

export function Actions() {
  const actions = inOrder(ofType('action'));
  return (
    <section aria-labelledby="actions-title">
      <h2 id="actions-title">{t('Actions')}</h2>
      {workshop.value?.phase !== 'closed' && <Propose />}
      <ul class="list">{actions.map((action) => <ActionLine key={action.id} action={action} />)}</ul>
      <Unrelieved />
      {!actions.length && <p class="hint">{t('No action yet. A few, each with an owner, are worth more than many.')}</p>}
    </section>
  );
}

const HEAVY = 0.7; // weight from which a brake should not be left alone

/** Heavy brakes that no wind relieves and no action deals with. */
function Unrelieved() {
  const links = ofType('link');
  const acted = new Set(ofType('action').map((action) => action.theme).filter(Boolean));
  const relieved = new Set(links.map((link) => link.brake));
  const left = cards.value.filter(
    (card) =>
      card.kind !== 'wind' && card.weight >= HEAVY && card.text !== undefined && card.held === undefined &&
      ![card.id, card.theme].some((id) => id && (relieved.has(id) || acted.has(id))),
  );
  if (!left.length) return null;
  return (
    <details>
      <summary>{plural(left.length, t('{n} heavy brake without lever or action'), t('{n} heavy brakes without lever or action'))}</summary>
      <ul class="list">{left.sort((one, other) => other.weight - one.weight).map((card) => <CardLine key={card.id} card={card} />)}</ul>
    </details>
  );
}

/** Whether the day of an action is past and it is not done. @param {{ due?: string, state: string }} action */
const isOverdue = ({ due, state }) => Boolean(due) && state !== 'done' && String(due) < today();

/** @param {string} state */
const stateName = (state) => ({ proposed: t('proposed'), accepted: t('accepted'), done: t('done') })[state];

/** @param {{ action: any, children?: any }} props */
export function ActionLine({ action, children }) {
  const [isEditing, setEditing] = useState(false);
  const theme = action.theme && get(action.theme);
  if (isEditing) return <li class="card kind-wind"><EditAction action={action} close={() => setEditing(false)} /></li>;
  return (
    <li class="card kind-wind">
      <p dir="auto"><strong>{action.text}</strong></p>
      <div class="about">
        <span class={`state${action.waiting ? ' waiting' : ''}`}>{action.waiting ? t('waiting') : stateName(action.state)}</span>
        {action.owner && <span>{action.owner}</span>}
        {action.due && <span>{t('by {date}', { date: day(action.due) })}</span>}
        {isOverdue(action) && <span class="state overdue">{t('overdue')}</span>}
        {theme && <span>{theme.title}</span>}
        {action.from && <span dir="auto">{t('from {workshop}', { workshop: action.from })}</span>}
      </div>
      {isFacilitator.value && (
        <div class="row">
          {action.state === 'proposed' && <button type="button" onClick={() => act('accept_action', { action: action.id })}>{t('Accept')}</button>}
          {action.state === 'accepted' && <button type="button" class="plain" onClick={() => act('edit_action', { action: action.id, state: 'done' })}>{t('Mark as done')}</button>}
          <button type="button" class="plain" onClick={() => setEditing(true)} aria-label={labelled(t('Edit'), action.text)}>{t('Edit')}</button>
          <button type="button" class="plain" onClick={() => act('delete_action', { action: action.id })}>{t('Delete')}</button>
          {children}
        </div>
      )}
    </li>
  );
}

/** A proposal; of the theme that is talked about, unless another is chosen. @param {{ theme?: string }} props theme: whose sheet this is in */
export function Propose({ theme: own }) {
  const focus = workshop.value?.focus;
  const [text, setText] = useDraft(own ? `action:${own}` : 'action');
  const [sent, setSent] = useState(/** @type {string[]} */ ([]));
  const [owner, setOwner] = useState('');
  const [due, setDue] = useState('');
  const [chosen, choose] = useState(/** @type {string | null} */ (null));
  const theme = chosen ?? own ?? themeOf(focus);
  const id = own ? 'own-action' : 'action';
  return (
    <form
      class="block"
      onSubmit={(event) => {
        event.preventDefault();
        const action = recordId('action');
        act('add_action', { action, text: text.trim(), owner: owner.trim() || null, due: due || null, theme: theme || null });
        setSent([action]);
        setText('');
        setOwner('');
        choose(null);
      }}
    >
      <div class="field">
        <label for={id}>{t('What will be done?')}</label>
        <input id={id} class="act" type="text" value={text} aria-describedby={`${id}-excess`} onInput={(event) => { setSent([]); setText(event.currentTarget.value); }} />
        <Excess id={`${id}-excess`} texts={[text]} />
      </div>
      <WhoAndWhen id={id} owner={owner} due={due} setOwner={setOwner} setDue={setDue} />
      {!own && <ThemeField id={id} theme={theme} choose={choose} />}
      <button class="primary" disabled={!text.trim() || excessOf(text) > 0}>{isFacilitator.value ? t('Add the action') : t('Propose the action')}</button>
      <Arrival ids={sent} received={t('Received')} />
    </form>
  );
}

/** The theme that a focus is, or is in; '' for none. @param {string | null | undefined} focus */
const themeOf = (focus) => (focus?.startsWith('theme:') ? focus : (focus && get(focus)?.theme) || '');

/** @param {{ action: any, close: () => void }} props */
function EditAction({ action, close }) {
  const [text, setText] = useState(action.text);
  const [owner, setOwner] = useState(action.owner || '');
  const [due, setDue] = useState(action.due || '');
  const [theme, choose] = useState(action.theme || '');
  const first = useRef(/** @type {HTMLInputElement | null} */ (null));
  useEffect(() => first.current?.focus(), []);
  const id = `edit-${action.id}`;
  const save = () => {
    const after = { text: text.trim(), owner: owner.trim() || null, due: due || null, theme: theme || null };
    /** @type {Record<string, any>} */
    const before = { text: action.text, owner: action.owner || null, due: action.due || null, theme: action.theme || null };
    const changed = Object.fromEntries(Object.entries(after).filter(([name, value]) => value !== before[name]));
    if (Object.keys(changed).length) act('edit_action', { action: action.id, ...changed });
    close();
  };
  return (
    <form onSubmit={(event) => { event.preventDefault(); save(); }} onKeyDown={(event) => event.key === 'Escape' && close()}>
      <div class="field">
        <label for={id}>{t('What will be done?')}</label>
        <input id={id} type="text" ref={first} value={text} aria-describedby={`${id}-excess`} onInput={(event) => setText(event.currentTarget.value)} />
        <Excess id={`${id}-excess`} texts={[text]} />
      </div>
      <WhoAndWhen id={id} owner={owner} due={due} setOwner={setOwner} setDue={setDue} />
      <ThemeField id={id} theme={theme} choose={choose} />
      <div class="row">
        <button class="primary" disabled={!text.trim() || excessOf(text) > 0}>{t('Save')}</button>
        <button type="button" class="plain" onClick={close}>{t('Cancel')}</button>
      </div>
    </form>
  );
}

/** @param {{ id: string, owner: string, due: string, setOwner: (owner: string) => void, setDue: (due: string) => void }} props */
function WhoAndWhen({ id, owner, due, setOwner, setDue }) {
  return (
    <div class="row">
      <div class="grow">
        <label for={`${id}-owner`}>{t('By whom?')}</label>
        <input id={`${id}-owner`} type="text" data-most="60" value={owner} onInput={(event) => setOwner(event.currentTarget.value)} />
      </div>
      <div class="grow">
        <label for={`${id}-due`}>{t('By when?')}</label>
        <input id={`${id}-due`} type="date" value={due} onInput={(event) => setDue(event.currentTarget.value)} />
      </div>
    </div>
  );
}

/** @param {{ id: string, theme: string, choose: (theme: string) => void }} props */
function ThemeField({ id, theme, choose }) {
  if (!themes.value.length) return null;
  return (
    <div class="field">
      <label for={`${id}-theme`}>{t('Theme')}</label>
      <select id={`${id}-theme`} value={theme} onChange={(event) => choose(event.currentTarget.value)}>
        <option value="">{t('No theme')}</option>
        {themes.value.map((other) => <option key={other.id} value={other.id}>{other.title}</option>)}
      </select>
    </div>
  );
}
