// The facilitator's remote for the wall: next step, timer, kinds, reveal, airlock, with what the room is doing in figures.
import '../first_load.js';
import { useEffect, useRef, useState } from 'preact/hooks';
import { KINDS } from '../../board/scene.js';
import { plural, t } from '../../page/i18n.js';
import { isTime } from '../../sync/rights.js';
import { act, canUndo, cards, ofType, undo, workshop } from '../../sync/workshop.js';
import { hasReached, PHASES } from '../../wire/phases.js';
import { ActionLine } from '../shared/actions.jsx';
import { Airlock } from './airlock.jsx';
import { Waiting } from './door.jsx';
import { Sign } from '../shared/parts.jsx';
import { Ranking } from '../shared/voting.jsx';
import { areDone, haveAnswered, haveVoted, kindName, phaseName, whatToDo } from '../shared/words.js';

/** @param {{ open: (id: string) => void }} props */
export function Remote({ open }) {
  const state = workshop.value;
  const [asking, setAsking] = useState(/** @type {import('../../wire/wire').WorkshopRecord['phase'] | null} */ (null));
  if (!state) return null;
  const at = PHASES.indexOf(state.phase);
  const next = PHASES[at + 1];
  /** @param {import('../../wire/wire').WorkshopRecord['phase']} phase from some on, everybody reads everything: that cannot be taken back */
  const goTo = (phase) => (hasReached(phase, 'group') && !hasReached(state.phase, 'group') && unread() ? setAsking(phase) : act('set_phase', { phase }));
  return (
    <section aria-labelledby="remote-title">
      <h2 id="remote-title">{phaseName(state.phase)}</h2>
      <ol class="steps" aria-hidden="true">{PHASES.map((phase, i) => <li key={phase} class={i < at ? 'done' : i === at ? 'current' : ''} />)}</ol>
      <p class="hint">{whatToDo(state.phase)}</p>
      <Waiting />
      <Figures />
      <div class="remote-next">
        {at > 0 && <button type="button" class="plain" aria-label={t('Back to: {phase}', { phase: phaseName(PHASES[at - 1]) })} onClick={() => act('set_phase', { phase: PHASES[at - 1] })}>←</button>}
        {next && <button type="button" class="primary" onClick={() => goTo(next)}>{t('Next: {phase}', { phase: phaseName(next) })}</button>}
      </div>
      {asking && !hasReached(state.phase, 'group') && <Unread phase={asking} close={() => setAsking(null)} />}
      <div class="row">
        <select
          class="grow" aria-label={t('Go to a step')} value={state.phase}
          onChange={(event) => { goTo(/** @type {any} */ (event.currentTarget.value)); event.currentTarget.value = state.phase; }}
        >
          {PHASES.map((phase) => <option key={phase} value={phase}>{phaseName(phase)}</option>)}
        </select>
        {canUndo.value > 0 && <button type="button" class="plain" onClick={undo}>{t('Undo')}</button>}
      </div>
      {(next || state.timer) && <TimerControls />}
      {isTime('add_card', state, false) && <Kinds />}
      {state.phase === 'share' && <Airlock />}
      {isTime('accept_action', state, true) && <ToAccept />}
      {hasReached(state.phase, 'cut') && !hasReached(state.phase, 'act') && <Ranking open={open} />}
      <div class="row">
        <button type="button" class="plain" aria-pressed={state.locked} onClick={() => act('lock', { locked: !state.locked })}>
          {state.locked ? t('Unlock the board') : t('Lock the board')}
        </button>
        {state.focus && next && <button type="button" class="plain" onClick={() => act('focus', { target: null })}>{t('Take off the big screen')}</button>}
      </div>
    </section>
  );
}

/** What people have proposed, to be accepted from here. */
function ToAccept() {
  const proposed = ofType('action').filter((action) => action.state === 'proposed');
  if (!proposed.length) return null;
  return (
    <div class="block" role="group" aria-labelledby="to-accept">
      <h3 id="to-accept">{plural(proposed.length, t('{n} action to accept'), t('{n} actions to accept'))}</h3>
      <ul class="list">{proposed.map((action) => <ActionLine key={action.id} action={action} />)}</ul>
    </div>
  );
}

/** How many cards nobody but their authors, and perhaps a facilitator, has read. Those held back stay so. */
const unread = () => cards.value.filter((card) => !card.deleted && card.held === undefined && (card.unread || card.text === undefined)).length;

/** Before everybody reads what nobody has looked through. @param {{ phase: import('../../wire/wire').WorkshopRecord['phase'], close: () => void }} props */
function Unread({ phase, close }) {
  const count = unread();
  /** @param {import('../../wire/wire').WorkshopRecord['phase']} to */
  const go = (to) => {
    act('set_phase', { phase: to });
    close();
  };
  const place = useRef(/** @type {HTMLDivElement | null} */ (null));
  useEffect(() => place.current?.focus(), []);
  return (
    <div class="block" role="alertdialog" aria-labelledby="unread-title" tabIndex={-1} ref={place}>
      <p id="unread-title"><strong>{plural(count, t('{n} card has not been looked through. From the next step on everybody reads it.'), t('{n} cards have not been looked through. From the next step on everybody reads them.'))}</strong></p>
      <div class="row">
        {workshop.value?.phase !== 'share' && <button type="button" class="primary" onClick={() => go('share')}>{t('Look through them first')}</button>}
        <button type="button" class="plain" onClick={() => go(phase)}>{t('Show them all and go on')}</button>
        <button type="button" class="plain" onClick={close}>{t('Cancel')}</button>
      </div>
    </div>
  );
}

function Figures() {
  const state = workshop.value;
  if (!state) return null;
  const { ready, placed, estimated, of, over } = state.progress;
  if (state.phase === 'closed' || !of) return null; // none of none says nothing
  const lines = {
    vote: haveVoted(placed, of),
    cut: haveAnswered(estimated, of),
  };
  const line = lines[/** @type {'vote' | 'cut'} */ (state.phase)] || areDone(ready, of);
  return (
    <>
      <p class="figure" role="status">{line}</p>
      {over > 0 && <p class="hint">{plural(over, t('{n} person has more votes than there are now. They count until taken back.'), t('{n} people have more votes than there are now. They count until taken back.'))}</p>}
    </>
  );
}

function TimerControls() {
  const timer = workshop.value?.timer;
  return (
    <div class="block" role="group" aria-label={t('Timer')}>
      <div class="row">
        {!timer && [1, 3, 5, 8, 10].map((minutes) => (
          <button type="button" class="plain" key={minutes} onClick={() => act('set_timer', { seconds: minutes * 60 })}>{t('{n} min', { n: minutes })}</button>
        ))}
        {timer && <button type="button" onClick={() => act('extend_timer', { seconds: 60 })}>{t('+1 min')}</button>}
        {timer && timer.ends !== undefined && <button type="button" class="plain" onClick={() => act('pause_timer')}>{t('Pause')}</button>}
        {timer && timer.left !== undefined && <button type="button" class="plain" onClick={() => act('resume_timer')}>{t('Resume')}</button>}
        {timer && <button type="button" class="plain" onClick={() => act('set_timer', { seconds: null })}>{t('Stop')}</button>}
      </div>
    </div>
  );
}

function Kinds() {
  const state = workshop.value;
  if (!state) return null;
  const open = state.kinds_open;
  const all = open.length === 3;
  return (
    <div class="block" role="group" aria-label={t('Kinds that are open')}>
      <p class="hint" aria-hidden="true">{all ? t('All three kinds are open. Open only one:') : t('Only one kind is open:')}</p>
      <div class="kinds">
        {KINDS.map((kind) => (
          <button type="button" key={kind} class={`kind-${kind}`} aria-pressed={open.includes(kind) && !all} onClick={() => act('open_kinds', { kinds: [kind] })}>
            <Sign kind={kind} />
            <span>{kindName(kind)}</span>
          </button>
        ))}
      </div>
      <button type="button" class="plain" aria-pressed={all} onClick={() => act('open_kinds', { kinds: KINDS })}>{t('Open all three')}</button>
    </div>
  );
}
