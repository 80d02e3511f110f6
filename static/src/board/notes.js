// The notes on the board, as elements: a card, a closed card, a stack. Text is only ever set as text.
import { plural, t } from '../page/i18n.js';
import { html } from './svg.js';

/** @param {import('./scene.js').Kind} kind */
export const kindName = (kind) => ({ wind: t('Wind'), anchor: t('Anchor'), shark: t('Shark') })[kind];

/** Make the element of a note; `fill` puts what it says. @param {import('./stacks.js').Note} note */
export function makeNote(note) {
  return html('li', { 'data-id': note.id, tabindex: '0', class: 'note' });
}

/**
 * @param {HTMLElement} element
 * @param {import('./stacks.js').Note} note
 * @param {{ votes: (id: string) => any, me: string | null, nameOf: (id: string) => string, ties: string[] }} know
 */
export function fillNote(element, note, know) {
  const { record, cards } = note;
  const isStack = cards.length > 0;
  const hidden = !isStack && record.text === undefined;
  element.className = `note note-${note.kind}${isStack ? ' stack' : ''}${hidden ? ' closed' : ''}${record.waiting ? ' waiting' : ''}`;
  element.classList.toggle('mine', Boolean(record.mine || (record.author && record.author === know.me)));
  const text = isStack ? record.title : hidden ? '' : record.text;
  const size = text.length > 110 ? ' tiny' : text.length > 56 ? ' small' : '';
  element.replaceChildren(
    html('span', { class: 'stamp', role: 'img', 'aria-label': isStack ? t('Theme') : kindName(note.kind) }),
    html('span', { class: `text${size}`, dir: 'auto' }, text || t('Hidden for now')),
    ...marks(note, know),
    ...(know.ties.length ? [html('span', { class: 'visually-hidden' }, tied(note.kind, know.ties))] : []),
  );
}

/** @param {import('./scene.js').Kind} kind @param {string[]} ends */
function tied(kind, ends) {
  const what = ends.join(', ');
  return ` ${kind === 'wind' ? t('Relieves {what}.', { what }) : t('Relieved by {what}.', { what })}`;
}

// Half the work of a place within a list of transforms; browsers before 2022 have only that.
const TRANSLATES = CSS.supports('translate', '0px');

/** @param {HTMLElement} element @param {number} x scene units @param {number} y */
export function lay(element, x, y) {
  if (TRANSLATES) element.style.setProperty('translate', `${x}px ${y}px`);
  else element.style.transform = `translate(${x}px, ${y}px) translate(-50%, -50%) scale(var(--note-scale))`;
}

/** The heavier, the bigger the anchor at the end of its rope. @param {HTMLElement} element @param {number} weight */
export function weigh(element, weight) {
  const stamp = /** @type {HTMLElement | null} */ (element.querySelector('.stamp'));
  stamp?.style.setProperty('--weight', weight.toFixed(2));
}

/** @param {import('./stacks.js').Note} note @param {{ votes: (id: string) => any }} know */
function marks(note, know) {
  const elements = [];
  const vote = note.id === note.target ? know.votes(note.id) : null;
  const count = note.cards.length;
  if (note.all) elements.push(html('span', { class: 'mark count' }, t('{some} of {n} cards', { some: count, n: note.all })));
  else if (count) elements.push(html('span', { class: 'mark count' }, plural(count, t('{n} card'), t('{n} cards'))));
  else if (note.record.agrees) elements.push(html('span', { class: 'mark agrees' }, `+${note.record.agrees}`));
  if (vote && vote.total) elements.push(html('span', { class: 'mark votes' }, plural(vote.total, t('{n} vote'), t('{n} votes'))));
  return elements;
}
