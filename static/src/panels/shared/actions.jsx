// Actions: what, who, by when. Anyone proposes, facilitators accept.
import '../first_load.js';
import { useState } from 'preact/hooks';
import { day, plural, t, today } from '../../page/i18n.js';
import { recordId } from '../../page/ids.js';
import { act, cards, get, isFacilitator, ofType, themes, workshop } from '../../sync/workshop.js';
import { Arrival } from './arrival.jsx';
import { CardLine } from './card.jsx';
import { useDraft } from './drafts.js';
import { Excess, excessOf } from './excess.jsx';

export function Actions() {
  const actions = ofType('action');
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
  const theme = action.theme && get(action.theme);
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
          <button type="button" class="plain" onClick={() => act('delete_action', { action: action.id })}>{t('Delete')}</button>
          {children}
        </div>
      )}
    </li>
  );
}

function Propose() {
  const focus = workshop.value?.focus;
  const [text, setText] = useDraft('action');
  const [sent, setSent] = useState(/** @type {string[]} */ ([]));
  const [owner, setOwner] = useState('');
  const [due, setDue] = useState('');
  const [theme, setTheme] = useState(focus?.startsWith('theme:') ? focus : '');
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
      }}
    >
      <div class="field">
        <label for="action">{t('What will be done?')}</label>
        <input id="action" class="act" type="text" value={text} aria-describedby="action-excess" onInput={(event) => { setSent([]); setText(event.currentTarget.value); }} />
        <Excess id="action-excess" texts={[text]} />
      </div>
      <div class="row">
        <div class="grow">
          <label for="owner">{t('By whom?')}</label>
          <input id="owner" type="text" data-most="60" value={owner} onInput={(event) => setOwner(event.currentTarget.value)} />
        </div>
        <div class="grow">
          <label for="due">{t('By when?')}</label>
          <input id="due" type="date" value={due} onInput={(event) => setDue(event.currentTarget.value)} />
        </div>
      </div>
      {themes.value.length > 0 && (
        <div class="field">
          <label for="action-theme">{t('Theme')}</label>
          <select id="action-theme" value={theme} onChange={(event) => setTheme(event.currentTarget.value)}>
            <option value="">{t('No theme')}</option>
            {themes.value.map((other) => <option key={other.id} value={other.id}>{other.title}</option>)}
          </select>
        </div>
      )}
      <button class="primary" disabled={!text.trim() || excessOf(text) > 0}>{isFacilitator.value ? t('Add the action') : t('Propose the action')}</button>
      <Arrival ids={sent} received={t('Received')} />
    </form>
  );
}
