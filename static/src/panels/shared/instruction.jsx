// What is going on and what to do, on every part of the page; and the way to the act of the phase, from where it is not.
import { useEffect, useRef } from 'preact/hooks';
import { plural, t } from '../../page/i18n.js';
import { isTime } from '../../sync/rights.js';
import { cards, get, me, people, workshop } from '../../sync/workshop.js';
import { Sign } from './parts.jsx';
import { votesLeft } from './votes.js';
import { kindsName, phaseName, whatToDo } from './words.js';

const SLIDE = 400; // ms

/** What a change of which is a new thing to do: the phase, and in some of them the kinds that are open. */
export function occasion() {
  const state = workshop.value;
  return state ? `${state.phase} ${isTime('add_card', state, false) ? state.kinds_open.join() : ''}` : '';
}

/** The strip slides in once for each new thing to do; whoever asked for stillness finds it there. */
export function Instruction() {
  const strip = useRef(/** @type {HTMLDivElement | null} */ (null));
  const now = occasion();
  const before = useRef(now);
  useEffect(() => {
    if (now === before.current) return;
    before.current = now;
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    strip.current?.animate?.([{ transform: 'translateY(-100%)' }, { transform: 'none' }], { duration: SLIDE, easing: 'ease-out' });
  }, [now]);
  const state = workshop.value;
  if (!state) return null;
  const { phase, kinds_open: open } = state;
  const only = phase === 'write' && open.length === 1 ? open[0] : null;
  return (
    <div class="now" role="status">
      <div ref={strip}>
        {isTime('add_card', state, false) && <Boat />}
        <strong>{phaseName(phase)}</strong>
        {only && <span class="only"> <Sign kind={only} />{kindsName(only)}</span>}
        <span class="what">{phase === 'vote' ? left() : whatToDo(phase)}</span>
      </div>
    </div>
  );
}

/** Where cards go. */
const Boat = () => <svg viewBox="0 0 40 36" class="boat-sign" aria-hidden="true"><path d="M3 26h34l-5 9H9zM19 1v22H6zM22 6l12 17H22z" /></svg>;

function left() {
  const count = votesLeft();
  if (count < 0) return plural(-count, t('There are fewer votes now: take {n} back.'), t('There are fewer votes now: take {n} back.'));
  return count
    ? plural(count, t('{n} vote left to place. Nobody sees it.'), t('{n} votes left to place. Nobody sees them.'))
    : t('All your votes are placed. You can still move them.');
}

/** What leads to the act of the phase, for participants who are elsewhere; null where nothing is left to do. */
export function wayToAct() {
  const state = workshop.value;
  const mine = people.value.find((person) => person.id === me.value?.id);
  if (!state || state.locked || mine?.role !== 'participant') return null;
  const { phase, focus } = state;
  if (phase === 'vote') {
    const count = votesLeft();
    return count > 0 ? plural(count, t('Go and vote, {n} to place'), t('Go and vote, {n} to place')) : count ? t('Take votes back') : null;
  }
  if (phase === 'cut') return focus && get(`estimate:${focus}`)?.mine === undefined ? t('Say how many knots') : null;
  if (mine.ready) return null;
  if (phase === 'write') return state.kinds_open.length ? t('Go and write a card') : null;
  if (phase === 'group') {
    const count = cards.value.filter((card) => !card.theme && card.text !== undefined && card.held === undefined).length;
    return count ? plural(count, t('Go and group, {n} card left'), t('Go and group, {n} cards left')) : null;
  }
  return phase === 'act' ? t('Propose an action') : null;
}
