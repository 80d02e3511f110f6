// A card or a theme that was opened: everything that can be done with it, by taps and keys alone.
import '../first_load.js';
import { useLayoutEffect, useState } from 'preact/hooks';
import { KINDS, stepOf } from '../../board/scene.js';
import { t } from '../../page/i18n.js';
import { recordId } from '../../page/ids.js';
import { page } from '../../page/page.js';
import { Drafts } from '../../sync/draft.js';
import { isTime, may } from '../../sync/rights.js';
import { act, cards, dismiss, get, isFacilitator, me, refused, themes, workshop } from '../../sync/workshop.js';
import { Propose } from './actions.jsx';
import { CardLine } from './card.jsx';
import { useDraft } from './drafts.js';
import { Excess, excessOf } from './excess.jsx';
import { lazy } from './lazy.jsx';
import { LinkPicker } from './links.jsx';
import { useMixtureQuestion } from './mixture.jsx';
import { Sheet, WeightPicker } from './parts.jsx';
import { HoldBack } from './reasons.jsx';
import { Split } from './split_theme.jsx';
import { keepMine } from './unsent.jsx';
import { ActHere } from './voting.jsx';
import { changeInto, kindName, strengthName } from './words.js';

const Proposed = lazy('theme_suggestion', () => import('./theme_suggestion.jsx').then((file) => file.default));

/** @param {{ id: string, close: () => void, open: (id: string) => void }} props */
export function Opened({ id, close, open }) {
  const record = get(id);
  if (!record || record.deleted) return <Sheet title={t('This is no longer there.')} close={close} />;
  return record.type === 'theme' ? <OpenedTheme theme={record} close={close} open={open} /> : <OpenedCard card={record} close={close} />;
}

/** @param {{ card: any, close: () => void }} props */
function OpenedCard({ card, close }) {
  const mine = card.mine || card.author === me.value?.id;
  const mayEdit = mine || isFacilitator.value;
  return (
    <Sheet title={kindName(card.kind)} close={close}>
      <ul class="list"><CardLine card={card} state={mine} /></ul>
      <ActHere record={card} />
      {mayEdit && card.text !== undefined && <Rewrite card={card} />}
      {card.text !== undefined && (
        <div class="field">
          <span class="hint">{strengthName(card.kind, stepOf(card.weight))}</span>
          <WeightPicker kind={card.kind} weight={card.weight} choose={(weight) => act('weigh_card', { card: card.id, weight })} />
        </div>
      )}
      <div class="row">
        {!mine && card.text !== undefined && isTime('agree', workshop.value, isFacilitator.value) && (
          <button type="button" aria-pressed={Boolean(card.agreed)} onClick={() => act(card.agreed ? 'disagree' : 'agree', { card: card.id })}>
            {t('Me too')}{card.agrees ? ` (${card.agrees})` : ''}
          </button>
        )}
        {mayEdit && card.text !== undefined && KINDS.filter((kind) => kind !== card.kind).map((kind) => (
          <button type="button" class="plain" key={kind} onClick={() => act('change_kind', { card: card.id, kind })}>
            {changeInto(kind)}
          </button>
        ))}
        {isFacilitator.value && <FacilitatorActs card={card} />}
        {mayEdit && (
          <button type="button" class="danger" onClick={() => { act('delete_card', { card: card.id }); close(); }}>{t('Delete')}</button>
        )}
      </div>
      {card.text !== undefined && <ThemePicker card={card} />}
      {isTime('link', workshop.value, false) && <LinkPicker target={card.id} />}
    </Sheet>
  );
}

/**
 * Editing says which text it started from: one that changed meanwhile is shown, not overwritten. Saved is saved, with or
 * without a connection: what is refused later is here and above the panel, with what was written.
 * @param {{ card: any }} props
 */
function Rewrite({ card }) {
  const [drafts] = useState(() => new Drafts(page.code, `text:${card.id}`));
  const [{ text, base }, setDraft] = useState(() => drafts.open());
  useLayoutEffect(() => drafts.keep({ text: text === card.text ? '' : text || '', base }), [text, base]);
  const conflict = refused.value.find((entry) => entry.command.name === 'edit_card' && entry.command.card === card.id && entry.refused?.current !== undefined);
  if (conflict) return <Conflict entry={conflict} />;
  if (text === undefined) {
    return (
      <button type="button" class="plain" onClick={() => setDraft({ text: card.text, base: card.seq })}>{t('Edit the text')}</button>
    );
  }
  const save = () => {
    if (text !== card.text) act('edit_card', { card: card.id, text, base }, { quiet: true });
    setDraft({});
  };
  return (
    <form class="field" onSubmit={(event) => { event.preventDefault(); save(); }}>
      <label for="rewrite">{t('Text')}</label>
      <textarea id="rewrite" value={text} dir="auto" aria-describedby="rewrite-excess" onInput={(event) => setDraft({ text: event.currentTarget.value, base })} />
      <Excess id="rewrite-excess" texts={[text]} />
      <div class="row">
        <button class="primary" disabled={!text.trim() || excessOf(text) > 0}>{t('Save')}</button>
        <button type="button" class="plain" onClick={() => setDraft({})}>{t('Cancel')}</button>
      </div>
    </form>
  );
}

/** @param {{ entry: import('../../sync/outbox.js').Entry }} props */
function Conflict({ entry }) {
  return (
    <div class="block" role="alert">
      <p dir="auto">{entry.command.text}</p>
      <p>{t('Somebody changed this text in the meantime. It now says:')}</p>
      <p dir="auto"><strong>{entry.refused?.current}</strong></p>
      <div class="row">
        <button type="button" class="plain" onClick={() => dismiss(entry)}>{t('Keep theirs')}</button>
        <button type="button" class="plain" onClick={() => keepMine(entry)}>{t('Keep mine')}</button>
      </div>
    </div>
  );
}

/** @param {{ card: any }} props */
function FacilitatorActs({ card }) {
  const [isHolding, setHolding] = useState(false);
  const focused = workshop.value?.focus === card.id;
  if (isHolding) return <HoldBack card={card} done={() => setHolding(false)} />;
  return (
    <>
      {card.held === undefined
        ? card.text !== undefined && <button type="button" class="plain" onClick={() => setHolding(true)}>{t('Hold back')}</button>
        : <button type="button" class="plain" onClick={() => act('release_card', { card: card.id })}>{t('Release')}</button>}
      <button type="button" class="plain" aria-pressed={focused} onClick={() => act('focus', { target: focused ? null : card.id })}>{t('Show on the big screen')}</button>
    </>
  );
}

/** The menu twin of dragging a card onto another. @param {{ card: any }} props */
export function ThemePicker({ card }) {
  const [title, setTitle] = useState('');
  const [heed, question] = useMixtureQuestion();
  if (!may('put_in_theme', workshop.value, isFacilitator.value)) return null;
  /** @param {HTMLSelectElement} select */
  const choose = (select) => {
    const theme = select.value || null;
    select.value = card.theme || ''; // until it is so
    heed([card.id], theme ? [theme] : [], () => act('put_in_theme', { card: card.id, theme }));
  };
  return (
    <div class="field">
      <label for="theme">{t('Theme')}</label>
      <select id="theme" value={card.theme || ''} onChange={(event) => choose(event.currentTarget)}>
        <option value="">{t('No theme')}</option>
        {themes.value.map((theme) => <option key={theme.id} value={theme.id}>{theme.title}</option>)}
      </select>
      {question}
      {!card.theme && card.text !== undefined && themes.value.length > 0 && <Proposed card={card.id} />}
      <form
        class="row tight"
        onSubmit={(event) => {
          event.preventDefault();
          if (title.trim()) act('add_theme', { theme: recordId('theme'), title: title.trim(), cards: [card.id] });
          setTitle('');
        }}
      >
        <input class="grow" type="text" aria-label={t('New theme')} placeholder={t('New theme')} data-most="200" value={title} onInput={(event) => setTitle(event.currentTarget.value)} />
        <button disabled={!title.trim()}>{t('Create')}</button>
      </form>
    </div>
  );
}

/** Choosing is not yet merging. @param {{ theme: any, others: any[], close: () => void }} props */
function Merge({ theme, others, close }) {
  const [into, setInto] = useState('');
  const [heed, question] = useMixtureQuestion();
  const merge = () => {
    act('merge_themes', { theme: theme.id, into });
    close();
  };
  return (
    <form class="field" onSubmit={(event) => { event.preventDefault(); heed([], [theme.id, into], merge); }}>
      <label for="merge">{t('Merge into')}</label>
      <div class="row tight">
        <select id="merge" class="grow" value={into} onChange={(event) => setInto(event.currentTarget.value)}>
          <option value="">{t('Choose a theme')}</option>
          {others.map((other) => <option key={other.id} value={other.id}>{other.title}</option>)}
        </select>
        <button disabled={!into}>{t('Merge')}</button>
      </div>
      {question}
    </form>
  );
}

/** Away from everything else, and asked. @param {{ theme: any, close: () => void }} props */
function DeleteTheme({ theme, close }) {
  const [isAsking, setAsking] = useState(false);
  if (!isAsking) return <p class="apart"><button type="button" class="plain" onClick={() => setAsking(true)}>{t('Delete the theme')}</button></p>;
  return (
    <div class="block apart" role="alert">
      <p>{t('Delete this theme? Its cards stay, without a theme.')}</p>
      <div class="row">
        <button type="button" class="danger" onClick={() => { act('delete_theme', { theme: theme.id }); close(); }}>{t('Delete')}</button>
        <button type="button" class="plain" onClick={() => setAsking(false)}>{t('Keep it')}</button>
      </div>
    </div>
  );
}

/** @param {{ theme: any, close: () => void, open: (id: string) => void }} props */
function OpenedTheme({ theme, close, open }) {
  const [title, setTitle] = useState(theme.title);
  const [note, setNote] = useDraft(`note:${theme.id}`, theme.note || '');
  const within = cards.value.filter((card) => card.theme === theme.id);
  const mayArrange = may('rename_theme', workshop.value, isFacilitator.value);
  const others = themes.value.filter((other) => other.id !== theme.id);
  const focused = workshop.value?.focus === theme.id;
  return (
    <Sheet title={theme.title} close={close}>
      {theme.note && <p class="lead" dir="auto">{theme.note}</p>}
      <ActHere record={theme} />
      <ul class="list">
        {within.map((card) => (
          <CardLine key={card.id} card={card} open={open}>
            {mayArrange && <button type="button" class="plain" onClick={() => act('put_in_theme', { card: card.id, theme: null })}>{t('Take out')}</button>}
          </CardLine>
        ))}
      </ul>
      {mayArrange && (
        <form class="row tight" onSubmit={(event) => { event.preventDefault(); act('rename_theme', { theme: theme.id, title }); }}>
          <input class="grow" type="text" aria-label={t('Title')} data-most="200" value={title} onInput={(event) => setTitle(event.currentTarget.value)} />
          <button disabled={!title.trim() || title === theme.title}>{t('Rename')}</button>
        </form>
      )}
      {mayArrange && <Split theme={theme} within={within} />}
      {mayArrange && others.length > 0 && <Merge theme={theme} others={others} close={close} />}
      {isTime('add_action', workshop.value, isFacilitator.value) && (
        <details>
          <summary>{t('Propose an action for this theme')}</summary>
          <Propose theme={theme.id} />
        </details>
      )}
      {isFacilitator.value && (
        <form class="field" onSubmit={(event) => { event.preventDefault(); act('note', { target: theme.id, text: note }); }}>
          <label for="note">{t('Note')}</label>
          <textarea id="note" value={note} dir="auto" aria-describedby="note-excess" onInput={(event) => setNote(event.currentTarget.value)} />
          <Excess id="note-excess" texts={[note]} />
          <button disabled={excessOf(note) > 0}>{t('Save the note')}</button>
        </form>
      )}
      <div class="row">
        {isFacilitator.value && (
          <button type="button" aria-pressed={focused} onClick={() => act('focus', { target: focused ? null : theme.id })}>{t('Show on the big screen')}</button>
        )}
      </div>
      {mayArrange && <DeleteTheme theme={theme} close={close} />}
      {isTime('link', workshop.value, false) && <LinkPicker target={theme.id} />}
    </Sheet>
  );
}

