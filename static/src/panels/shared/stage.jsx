// The boat beside the panels, and what becomes of a note that is dropped on another there.
import '../first_load.js';
import { render } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Board } from '../../board/board.js';
import { t } from '../../page/i18n.js';
import { recordId } from '../../page/ids.js';
import { isTime, may } from '../../sync/rights.js';
import { act, drag, isFacilitator, me, onDrag, store, tie, workshop } from '../../sync/workshop.js';

/** @param {HTMLElement} place @param {(id: string) => void} open @returns {() => void} take it away again */
export function showBoard(place, open) {
  const question = document.createElement('div');
  const ask = (/** @type {Note} */ note, /** @type {Note} */ onto) => {
    const close = () => render(null, question);
    render(<Sides note={note} onto={onto} close={close} />, question);
  };
  const board = new Board(place, {
    store,
    t,
    view: isFacilitator.peek() ? 'facilitator' : 'participant',
    me: () => me.peek()?.id ?? null,
    onMove: (card, x, y) => act('move_card', { card, x, y }),
    onDrag: drag,
    onOpen: open,
    onDrop: (note, onto) => drop(note, onto, ask),
    onTie: (wind, brake) => act('link', { wind, brake }),
    onTieEnd: () => (tie.value = null),
    mayTie: () => isTime('link', workshop.peek(), false) && may('link', workshop.peek(), isFacilitator.peek()),
  });
  place.append(question);
  const forget = tie.subscribe((target) => board.tieFrom(target));
  const stop = onDrag((move) => board.applyDrag(move));
  Object.assign(place, { board }); // for the bench, and for whoever looks into a page
  return () => {
    forget();
    render(null, question);
    board.destroy();
    stop();
  };
}

/** @typedef {import('../../board/stacks.js').Note} Note */

/** The wind and the brake of two notes, if that is what they are. @param {Note} one @param {Note} other */
function endsOf(one, other) {
  if ((one.kind === 'wind') === (other.kind === 'wind')) return null;
  return one.kind === 'wind' ? { wind: one.target, brake: other.target } : { wind: other.target, brake: one.target };
}

/**
 * Dropped on a stack a card joins it, on another card the two make a theme. A wind and a brake are tied once it is time for
 * that, and are never made one theme without a question.
 * @param {Note} note @param {Note} onto @param {(note: Note, onto: Note) => void} ask
 * @returns {boolean} whether it was dropped there, not only put there
 */
function drop(note, onto, ask) {
  const ends = endsOf(note, onto);
  const mayTie = may('link', workshop.peek(), isFacilitator.peek());
  const mayGroup = may('put_in_theme', workshop.peek(), isFacilitator.peek()) && !note.cards.length;
  if (ends && mayTie && isTime('link', workshop.peek(), false)) act('link', ends);
  else if (ends && (mayGroup || mayTie)) ask(note, onto);
  else if (mayGroup) group(note.target, onto.target);
  else return false;
  return true;
}

/** @param {string} card @param {string} onto */
function group(card, onto) {
  const under = store.get(onto);
  if (!under) return;
  const theme = under.type === 'theme' ? under.id : under.theme;
  if (theme) act('put_in_theme', { card, theme });
  else act('add_theme', { theme: recordId('theme'), title: String(under.text || '').slice(0, 60), cards: [onto, card] });
}

/** What a wind dropped on a brake, or a brake on a wind, is meant for. @param {{ note: Note, onto: Note, close: () => void }} props */
function Sides({ note, onto, close }) {
  const place = useRef(/** @type {HTMLDivElement | null} */ (null));
  const before = useRef(document.activeElement);
  useEffect(() => {
    place.current?.focus();
    return () => /** @type {HTMLElement | null} */ (before.current)?.focus();
  }, []);
  const ends = endsOf(note, onto);
  if (!ends) return null;
  const [wind, brake] = [ends.wind, ends.brake].map((id) => store.get(id).title || store.get(id).text || '');
  const allows = (/** @type {string} */ command) => may(command, workshop.peek(), isFacilitator.peek());
  /** @param {() => void} go */
  const then = (go) => () => { go(); close(); };
  return (
    <div
      class="sides block" role="alertdialog" aria-labelledby="sides-title" tabIndex={-1} ref={place}
      onKeyDown={(event) => { if (event.key === 'Escape') { event.stopPropagation(); close(); } }}
    >
      <p id="sides-title" dir="auto">{t('“{wind}” helps, “{brake}” holds back. Put them in one theme?', { wind, brake })}</p>
      <div class="row">
        {allows('link') && <button type="button" class="primary" onClick={then(() => act('link', ends))}>{t('Tie the wind to the brake')}</button>}
        {allows('put_in_theme') && <button type="button" class="plain" onClick={then(() => group(note.target, onto.target))}>{t('Put them in one theme')}</button>}
        <button type="button" class="plain" onClick={close}>{t('Cancel')}</button>
      </div>
    </div>
  );
}
