// Votes for what was tapped on the boat, right there: − and + beside it, and the way to all that it says.
import '../first_load.js';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { labelled, plural, t } from '../../page/i18n.js';
import { act, get, workshop } from '../../sync/workshop.js';
import { isTarget, mineOn, votesLeft } from './votes.js';

const GAP = 16; // pixels between the note and what opens beside it
const EDGE = 8;

/** @param {{ id: string, close: () => void, open: (id: string) => void }} props */
export function VoteHere({ id, close, open }) {
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  const plus = useRef(/** @type {HTMLButtonElement | null} */ (null));
  const record = get(id);
  const settings = workshop.value?.settings;
  const isOver = workshop.value?.phase !== 'vote' || !isTarget(record);
  const place = usePlaceBeside(id, box);
  useEffect(() => {
    if (isOver) close();
  }, [isOver]);
  useEffect(() => {
    const note = noteOf(id);
    note?.classList.add('chosen');
    plus.current?.focus({ preventScroll: true });
    /** @param {Event} event */
    const leave = (event) => {
      if (event instanceof KeyboardEvent ? event.key === 'Escape' : !box.current?.contains(/** @type {Node} */ (event.target))) close();
    };
    document.addEventListener('pointerdown', leave, true);
    document.addEventListener('wheel', leave, true);
    document.addEventListener('keydown', leave);
    return () => {
      note?.classList.remove('chosen');
      document.removeEventListener('pointerdown', leave, true);
      document.removeEventListener('wheel', leave, true);
      document.removeEventListener('keydown', leave);
      if (box.current?.contains(document.activeElement)) note?.focus({ preventScroll: true });
    };
  }, [id]);
  if (isOver || !settings) return null;
  const mine = mineOn(id);
  const label = record.title || record.text;
  const vote = (/** @type {number} */ count) => act('vote', { target: id, count });
  return (
    <div class={`vote-here ${place.side}`} ref={box} role="group" aria-label={t('Vote for {what}', { what: label })} style={place.style}>
      <div class="row tight">
        <button type="button" disabled={!mine} aria-label={labelled(t('Take one back'), label)} onClick={() => vote(mine - 1)}>−</button>
        <p class="grow" role="status"><strong>{mine}</strong>{plural(mine, t('vote'), t('votes'))}</p>
        <button type="button" class="primary" ref={plus} disabled={votesLeft() < 1 || mine >= settings.votes_per_theme} aria-label={labelled(t('Place a vote'), label)} onClick={() => vote(mine + 1)}>+</button>
      </div>
      <button type="button" class="quiet" onClick={() => { close(); open(id); }}>{t('Read it')}</button>
    </div>
  );
}

/** @param {string} id @returns {HTMLElement | null} */
const noteOf = (id) => document.querySelector(`.notes [data-id="${id}"]`);

/** Below what was tapped, or above it where there is no room. @param {string} id @param {{ current: HTMLElement | null }} box */
function usePlaceBeside(id, box) {
  const [place, setPlace] = useState({ side: 'below', style: 'opacity: 0' });
  useLayoutEffect(() => {
    const note = noteOf(id)?.getBoundingClientRect();
    const stage = document.querySelector('.stage')?.getBoundingClientRect();
    const around = box.current?.offsetParent?.getBoundingClientRect();
    if (!note || !stage || !around || !box.current) return;
    const { offsetWidth: width, offsetHeight: height } = box.current;
    const isBelow = note.bottom + GAP + height + EDGE <= stage.bottom;
    const middle = (note.left + note.right) / 2;
    const left = Math.max(stage.left + EDGE, Math.min(middle - width / 2, stage.right - width - EDGE));
    const top = Math.max(stage.top + EDGE, isBelow ? note.bottom + GAP : note.top - GAP - height);
    setPlace({ side: isBelow ? 'below' : 'above', style: `left: ${left - around.left}px; top: ${top - around.top}px; --tip: ${middle - left}px` });
  }, [id]);
  return place;
}
