// The workshop page around its panels: bar, what to do now, tabs, the board beside or behind them.
import { useEffect, useRef, useState } from 'preact/hooks';
import { plural, t } from '../page/i18n.js';
import { isTime, may } from '../sync/rights.js';
import { act, canUndo, get, isFacilitator, isForgetful, link, me, now, ofType, people, refusal, refused, store, tie, undo, waiting, waitingCount, workshop } from '../sync/workshop.js';
import { hasReached } from '../wire/phases.js';
import { Compose } from './participant/compose.jsx';
import { Join } from './participant/join.jsx';
import { heedKeyboard } from '../page/keyboard.js';
import { useBack } from './shared/back.js';
import { Instruction, occasion, wayToAct } from './shared/instruction.jsx';
import { fetchedOnce, lazy, prefetch } from './shared/lazy.jsx';
import { MyCards } from './participant/my_cards.jsx';
import { Notice } from './shared/parts.jsx';
import { useSwipe } from './shared/swipe.js';
import { Timer } from './shared/timer.jsx';
import { Trouble } from './shared/trouble.jsx';
import { Unsent } from './shared/unsent.jsx';
import { isTarget } from './shared/votes.js';
import { phaseName, whatToDo } from './shared/words.js';

// In the order in which somebody may want them.
const Remote = lazy('remote', () => import('./facilitator/remote.jsx').then((file) => file.Remote));
const surface = fetchedOnce('stage', () => import('./shared/stage.jsx').then((file) => file.showBoard));
const Opened = lazy('record_sheet', () => import('./shared/record_sheet.jsx').then((file) => file.Opened));
const BoardList = lazy('list', () => import('./shared/list.jsx').then((file) => file.BoardList));
const Grouping = lazy('grouping', () => import('./participant/grouping.jsx').then((file) => file.Grouping));
const Voting = lazy('voting', () => import('./shared/voting.jsx').then((file) => file.Voting));
const Cutting = lazy('voting', () => import('./shared/voting.jsx').then((file) => file.Cutting));
const Leaving = lazy('release', () => import('./shared/release.jsx').then((file) => file.Leaving));
const VoteHere = lazy('vote_here', () => import('./shared/vote_here.jsx').then((file) => file.VoteHere));
const Ranking = lazy('voting', () => import('./shared/voting.jsx').then((file) => file.Ranking));
const Actions = lazy('actions', () => import('./shared/actions.jsx').then((file) => file.Actions));
const Room = lazy('room', () => import('./facilitator/room.jsx').then((file) => file.Room));
const Settings = lazy('settings', () => import('./facilitator/settings.jsx').then((file) => file.Settings));
const LastTime = lazy('last_actions', () => import('./participant/last_actions.jsx').then((file) => file.default));
const Afterwards = lazy('follow_up', () => import('./facilitator/follow_up.jsx').then((file) => file.default));
const Exports = lazy('exports', () => import('./shared/exports.jsx').then((file) => file.default));
const Keys = lazy('keys', () => import('./shared/keys.jsx').then((file) => file.Keys));

/** @typedef {{ id: string, label: string, narrow?: boolean, knocks?: number }} Tab */

/** @returns {Tab[]} */
const tabs = () => [
  ...(isFacilitator.value ? [{ id: 'remote', label: t('Remote'), knocks: waiting.value.length }] : []),
  { id: 'work', label: t('Take part') },
  { id: 'board', label: t('Board'), narrow: true },
  { id: 'list', label: t('List') },
  { id: 'room', label: t('Room') },
];

/** @param {{ known: boolean }} props */
export function Shell({ known }) {
  const state = workshop.value;
  const [tab, setTab] = useState('');
  const [opened, setOpened] = useState(/** @type {string | null} */ (null));
  const [keysShown, showKeys] = useState(false);
  const [votedFor, voteFor] = useState(/** @type {string | null} */ (null));
  const home = isFacilitator.value ? 'remote' : 'work';
  const at = tab || home;
  const side = useRef(/** @type {HTMLDivElement | null} */ (null));
  const now = occasion();
  const shown = at === 'board' ? 'work' : at;
  useShortcuts({ setTab, showKeys });
  useBack(Boolean(at !== home || opened || keysShown), () => {
    if (opened) setOpened(null);
    else if (keysShown) showKeys(false);
    else setTab('');
  });
  useSwipe(at, setTab);
  useEffect(heedKeyboard, []);
  // What is to be done now stands at the top.
  useEffect(() => {
    side.current?.scrollTo(0, 0);
    window.scrollTo(0, 0); // a low window scrolls as a whole
  }, [now, shown]);
  useEffect(() => {
    if (!tie.value) return;
    if (opened && isNarrow()) setTab('board');
    // Closed, the sheet has given the focus back: it goes on to what may be tied.
    if (opened) setOpened(null);
    else /** @type {HTMLElement | null} */ (document.querySelector('.may-tie'))?.focus({ preventScroll: true });
  }, [tie.value, opened]);
  useEffect(() => {
    if (me.value) prefetch();
  }, [Boolean(me.value)]);
  if (refusal.value || (!me.value && !known)) return <><Join /><Notice /></>;
  if (!me.value || !state) return <main class="panel" id="main"><p class="lead" role="status">{t('Coming aboard…')}</p><Trouble /></main>;
  return (
    <div class="shell" data-tab={at} data-phase={state.phase}>
      <header class="bar">
        <h1 class="title" dir="auto">{state.title}</h1>
        <Timer />
        <button type="button" class="quiet" aria-label={t('Help and display')} onClick={() => showKeys(true)}>?</button>
      </header>
      {at !== 'remote' && <Instruction />}
      <Tabs at={at} setTab={setTab} />
      <LinkState />
      <main class="body" id="main">
        <div class="side" ref={side} tabIndex={-1} hidden={at === 'board' && isNarrow()}>
          <Unsent />
          <Side at={shown} open={setOpened} />
        </div>
        <Stage open={(id) => (mayVoteFor(id) ? voteFor(id) : setOpened(id))} isWanted={at === 'board' || !isNarrow()} />
        {votedFor && (at === 'board' || !isNarrow()) && <VoteHere key={votedFor} id={votedFor} close={() => voteFor(null)} open={setOpened} />}
      </main>
      {opened && <Opened key={opened} id={opened} close={() => setOpened(null)} open={setOpened} />}
      {keysShown && <Keys close={() => showKeys(false)} />}
      <Notice />
      <Announcer isElsewhere={at === 'remote'} />
    </div>
  );
}

/** @param {{ at: string, setTab: (tab: string) => void }} props */
function Tabs({ at, setTab }) {
  // What was refused stands above the work; on the boat nothing else would say so.
  const stuck = at === 'board' ? refused.value.length : 0;
  const way = stuck ? plural(stuck, t('{n} text was not sent'), t('{n} texts were not sent')) : at === 'work' ? null : wayToAct();
  const go = () => {
    setTab('work');
    requestAnimationFrame(() => /** @type {HTMLElement | null} */ (document.querySelector(stuck ? '.unsent button' : '.side .act') || document.querySelector('.side'))?.focus());
  };
  return (
    <nav class={`tabs${way ? ' with-way' : ''}`} aria-label={t('Parts of the page')}>
      {way && <button type="button" class="way" onClick={go}>{way}<span aria-hidden="true"> →</span></button>}
      {tabs().map((one) => (
        <button
          type="button" key={one.id} class={one.narrow ? 'only-narrow' : ''} aria-current={at === one.id ? 'page' : undefined} onClick={() => setTab(one.id)}
        >
          {one.label}
          {Boolean(one.knocks) && <span class="knocks"><span class="visually-hidden">{plural(one.knocks || 0, t('{n} person is waiting at the door'), t('{n} people are waiting at the door'))}</span></span>}
        </button>
      ))}
    </nav>
  );
}

/** Where the boat is in sight beside the list, what is found stands out on it. @param {string} text */
const searchBoard = (text) => /** @type {any} */ (document.querySelector('.stage'))?.board?.search(isNarrow() ? '' : text);

const isNarrow = () => matchMedia('(max-width: 899px)').matches;

/** @param {{ at: string, open: (id: string) => void }} props */
function Side({ at, open }) {
  if (at === 'list') return <BoardList open={open} onSearch={searchBoard} />;
  if (at === 'room') return <div class="panel"><Room /><Exports />{isFacilitator.value && <><Afterwards /><Settings /></>}</div>;
  if (at === 'remote') return <div class="panel"><Carried /><Remote open={open} />{workshop.value?.phase === 'closed' && <Afterwards />}</div>;
  return <Work open={open} />;
}

/** What a phase is for. @param {{ open: (id: string) => void }} props */
function Work({ open }) {
  const state = workshop.value;
  if (!state) return null;
  const { phase } = state;
  const free = state.settings.free && phase !== 'closed';
  const asked = (/** @type {string} */ command) => isTime(command, state, false); // of the room, whoever looks
  return (
    <div class="panel">
      {state.locked && <p class="lead" role="status">{t('The board is locked for the moment.')}</p>}
      <Carried />
      {(state.shared_from || 0) > now() && <Leaving />}
      <Compose isTime={asked('add_card')} />
      {asked('put_in_theme') && <Grouping open={open} />}
      {asked('vote') && <Voting />}
      {phase === 'cut' && <Cutting />}
      {hasReached(phase, 'discuss') && <Focused open={open} />}
      {(hasReached(phase, 'discuss') || free) && <Actions />}
      {hasReached(phase, 'discuss') && <Ranking open={open} />}
      <Ready />
      {canUndo.value > 0 && phase !== 'closed' && <p><button type="button" class="plain" onClick={undo}>{t('Undo')}</button></p>}
      {asked('edit_card') && <MyCards open={open} />}
    </div>
  );
}

/** A workshop of a series opens on what became of the last one's actions. */
function Carried() {
  if (workshop.value?.phase !== 'welcome' || !ofType('action').some((action) => action.from)) return null;
  return <LastTime />;
}

/** @param {{ open: (id: string) => void }} props */
function Focused({ open }) {
  const focus = workshop.value?.focus;
  const record = focus ? get(focus) : null;
  if (!record || workshop.value?.phase === 'closed') return null;
  return (
    <div class="block">
      <p class="hint">{t('On the big screen')}</p>
      <p class="lead" dir="auto"><strong>{record.title || record.text}</strong></p>
      <button type="button" class="plain" onClick={() => open(record.id)}>{t('Open')}</button>
    </div>
  );
}

function Ready() {
  const mine = people.value.find((person) => person.id === me.value?.id);
  const phase = workshop.value?.phase;
  if (!mine || mine.role === 'facilitator' || phase === 'closed') return null;
  return (
    <p>
      <button type="button" aria-pressed={mine.ready} onClick={() => act('ready', { ready: !mine.ready })}>{mine.ready ? t('✓ I am done') : t('I am done')}</button>
    </p>
  );
}

/** Says plainly what is going on; never in the way of writing. */
function LinkState() {
  const waiting = waitingCount.value;
  if (isForgetful.value) {
    return <p class="link-state" role="status">{plural(waiting, t('This browser keeps nothing. Leave this page open until it has been sent.'), t('This browser keeps nothing. Leave this page open until all {n} things have been sent.'))}</p>;
  }
  if (link.value === 'here') return null;
  return (
    <p class="link-state" role="status">
      {waiting
        ? plural(waiting, t('No connection. {n} thing is waiting on this phone and will be sent by itself.'), t('No connection. {n} things are waiting on this phone and will be sent by themselves.'))
        : t('No connection. You can go on writing: nothing is lost.')}
    </p>
  );
}

/** Whoever takes part votes where they tap; whoever facilitates opens it. @param {string} id */
const mayVoteFor = (id) => workshop.peek()?.phase === 'vote' && !isFacilitator.peek() && may('vote', workshop.peek(), false) && isTarget(store.get(id));

/** @param {{ open: (id: string) => void, isWanted: boolean }} props */
function Stage({ open, isWanted }) {
  const place = useRef(/** @type {HTMLDivElement | null} */ (null));
  const [, arrived] = useState(0);
  const show = surface.now;
  useEffect(() => {
    if (show && place.current) return show(place.current, open);
    const attempt = () => surface.load().then(() => arrived((n) => n + 1), () => (timer = window.setTimeout(attempt, 3000)));
    let timer = 0;
    // A phone fetches the boat with all the rest: writing comes first.
    if (isWanted) attempt();
    return () => clearTimeout(timer);
  }, [show, isWanted]);
  return <div class="stage" ref={place} aria-label={t('The boat')} role="region" />;
}

/**
 * Polite word of what changed, for those who do not see the board: at most one sentence every few seconds; and of a new
 * phase, where the line that says so is elsewhere.
 * @param {{ isElsewhere: boolean }} props
 */
function Announcer({ isElsewhere }) {
  const [sentence, say] = useState('');
  const phase = workshop.value?.phase;
  const last = useRef(phase);
  useEffect(() => {
    if (phase && phase !== last.current && isElsewhere) say(`${phaseName(phase)}. ${whatToDo(phase)}`);
    last.current = phase;
  }, [phase, isElsewhere]);
  useEffect(() => {
    let added = 0;
    let timer = 0;
    const known = new Set(store.ofType('card').map((card) => card.id));
    const stop = store.subscribe((ids) => {
      for (const id of ids) {
        const card = id.startsWith('card:') && !known.has(id) ? store.get(id) : null;
        if (!card) continue;
        known.add(id);
        if (card.author !== me.peek()?.id && !card.mine) added++;
      }
      if (added && !timer) {
        timer = window.setTimeout(() => {
          say(plural(added, t('{n} new card on the board'), t('{n} new cards on the board')));
          added = 0;
          timer = 0;
        }, 4000);
      }
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, []);
  return <p class="visually-hidden" role="status" aria-live="polite">{sentence}</p>;
}

/** @param {{ setTab: (tab: string) => void, showKeys: (shown: boolean) => void }} props */
function useShortcuts({ setTab, showKeys }) {
  useEffect(() => {
    /** @param {KeyboardEvent} event */
    const key = (event) => {
      const target = /** @type {HTMLElement} */ (event.target);
      if (target.closest('input, textarea, select') || document.querySelector('[role="dialog"]') || event.ctrlKey || event.metaKey || event.altKey) {
        return;
      }
      /** @type {Record<string, () => void>} */
      const acts = {
        '?': () => showKeys(true),
        w: () => { setTab('work'); requestAnimationFrame(() => document.getElementById('text')?.focus()); },
        b: () => { setTab('board'); requestAnimationFrame(() => /** @type {HTMLElement | null} */ (document.querySelector('.notes .note'))?.focus()); },
        l: () => setTab('list'),
        r: () => setTab('room'),
        u: undo,
      };
      if (acts[event.key]) {
        event.preventDefault();
        acts[event.key]();
      }
    };
    document.addEventListener('keydown', key);
    return () => document.removeEventListener('keydown', key);
  }, []);
}
