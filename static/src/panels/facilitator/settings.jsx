// How this workshop is played: its title, its island, votes, anonymity, prompts.
import '../first_load.js';
import { useEffect, useState } from 'preact/hooks';
import { KINDS } from '../../board/scene.js';
import { day, labelled, t } from '../../page/i18n.js';
import { act, ofType, workshop } from '../../sync/workshop.js';
import { CardLine } from '../shared/card.jsx';
import { Excess, excessOf } from '../shared/excess.jsx';
import { Check } from '../shared/parts.jsx';
import { kindName, kindPrompt } from '../shared/words.js';

export function Settings() {
  const state = workshop.value;
  if (!state) return null;
  const { settings } = state;
  const change = (/** @type {Record<string, any>} */ to) => act('change_settings', to);
  return (
    <section aria-labelledby="settings-title">
      <h2 id="settings-title">{t('Settings')}</h2>
      <Titles state={state} />
      <div class="block">
        <Check label={t('Anonymous: nobody ever learns who wrote what')} checked={settings.anonymous} change={(anonymous) => change({ anonymous })} />
        <Check label={t('Free: everything is open at once, without steps')} checked={settings.free} change={(free) => change({ free })} />
        <Check label={t('One phone, one person: all who came from the same phone share the votes of one')} checked={settings.one_phone_one_person} change={(one_phone_one_person) => change({ one_phone_one_person })} />
        <NumberField label={t('Votes each')} value={settings.votes_each} change={(votes_each) => change({ votes_each })} />
        <NumberField label={t('Votes on one theme at most')} value={settings.votes_per_theme} change={(votes_per_theme) => change({ votes_per_theme })} />
        <NumberField label={t('Minutes for each theme discussed (0: no timer)')} value={settings.minutes_per_theme} least={0} most={60} change={(minutes_per_theme) => change({ minutes_per_theme })} />
      </div>
      <PurgeDate on={state.purge_on || ''} keepsFigures={!!state.keeps_figures} />
      <div class="block">
        <h3>{t('Prompts')}</h3>
        {KINDS.map((kind) => <Prompt key={kind} kind={kind} text={state.prompts[kind] || ''} />)}
      </div>
      <Bin />
    </section>
  );
}

/** @param {{ state: import('../../wire/wire').WorkshopRecord }} props */
function Titles({ state }) {
  const [title, setTitle] = useState(state.title);
  const [objective, setObjective] = useState(state.objective);
  return (
    <form class="block" onSubmit={(event) => { event.preventDefault(); act('rename_workshop', { title, objective }); }}>
      <div class="field">
        <label for="title">{t('Title')}</label>
        <input id="title" type="text" data-most="200" value={title} onInput={(event) => setTitle(event.currentTarget.value)} />
      </div>
      <div class="field">
        <label for="objective">{t('The island: where do we want to go?')}</label>
        <textarea id="objective" value={objective} aria-describedby="objective-excess" onInput={(event) => setObjective(event.currentTarget.value)} />
        <Excess id="objective-excess" texts={[objective]} />
      </div>
      <button disabled={!title.trim() || excessOf(objective) > 0 || (title === state.title && objective === state.objective)}>{t('Save')}</button>
    </form>
  );
}

/** @param {{ on: string, keepsFigures: boolean }} props */
function PurgeDate({ on, keepsFigures }) {
  const [draft, setDraft] = useState(on);
  const [keeps, setKeeps] = useState(keepsFigures);
  useEffect(() => { setDraft(on); setKeeps(keepsFigures); }, [on, keepsFigures]);
  return (
    <form class="block" onSubmit={(event) => { event.preventDefault(); act('set_purge_date', { on: draft || null, keeps_figures: keeps }); }}>
      <h3>{t('How long this is kept')}</h3>
      <p class="hint">{on ? t('Everything in this workshop is erased on {day}. Whoever joins is told.', { day: day(on) }) : t('This workshop is kept until somebody deletes it. Whoever joins is told.')}</p>
      <div class="field">
        <label for="purge-on">{t('Erased on')}</label>
        <div class="row tight">
          <input class="grow" id="purge-on" type="date" value={draft} onInput={(event) => setDraft(event.currentTarget.value)} />
          <button disabled={draft === on && (keeps === keepsFigures || !draft)}>{t('Save')}</button>
        </div>
      </div>
      {draft && <Check label={t('Keep figures, theme titles and accepted actions then, without names, for a synthesis')} checked={keeps} change={setKeeps} />}
    </form>
  );
}

/** @param {{ label: string, value: number, least?: number, most?: number, change: (value: number) => void }} props */
function NumberField({ label, value, least = 1, most = 20, change }) {
  return (
    <div class="row tight">
      <span class="grow">{label}</span>
      <button type="button" class="plain" aria-label={labelled(label, '−1')} disabled={value <= least} onClick={() => change(value - 1)}>−</button>
      <strong>{value}</strong>
      <button type="button" class="plain" aria-label={labelled(label, '+1')} disabled={value >= most} onClick={() => change(value + 1)}>+</button>
    </div>
  );
}

/** @param {{ kind: import('../shared/words.js').Kind, text: string }} props */
function Prompt({ kind, text }) {
  const [draft, setDraft] = useState(text);
  return (
    <form class="field" onSubmit={(event) => { event.preventDefault(); act('set_prompt', { kind, text: draft }); }}>
      <label for={`prompt-${kind}`}>{kindName(kind)}</label>
      <div class="row tight">
        <input class="grow" id={`prompt-${kind}`} type="text" placeholder={kindPrompt(kind)} value={draft} onInput={(event) => setDraft(event.currentTarget.value)} />
        <button disabled={draft === text || excessOf(draft) > 0}>{t('Save')}</button>
      </div>
      <Excess id={`prompt-${kind}-excess`} texts={[draft]} />
    </form>
  );
}

function Bin() {
  const cards = ofType('card').filter((card) => card.deleted);
  const themes = ofType('theme').filter((theme) => theme.deleted);
  if (!cards.length && !themes.length) return null;
  return (
    <div class="block">
      <h3>{t('Bin')}</h3>
      <ul class="list">
        {cards.map((card) => (
          <CardLine key={card.id} card={card}>
            <button type="button" class="plain" onClick={() => act('restore_card', { card: card.id })}>{t('Put back')}</button>
          </CardLine>
        ))}
        {themes.map((theme) => (
          <li key={theme.id} class="row tight">
            <span class="grow">{theme.title}</span>
            <button type="button" class="plain" onClick={() => act('restore_theme', { theme: theme.id })}>{t('Put back')}</button>
          </li>
        ))}
      </ul>
    </div>
  );
}
