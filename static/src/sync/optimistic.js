// What the board looks like with our own commands that are still on their way.
import { recordsOf } from './writings.js';
import { placeOfWeight, nearestInside, weightAt } from '../board/scene.js';

/** @typedef {import('./outbox.js').Command} Command */

/**
 * A record as it will be once these commands have arrived; undefined or null if there is none.
 * @param {string} id
 * @param {any} record as the server last sent it
 * @param {Command[]} waiting commands not yet answered, in order
 * @param {string | null} me
 */
export function optimistic(id, record, waiting, me) {
  let now = record;
  for (const command of waiting) {
    const guess = GUESSES[command.name];
    if (!guess || !concerns(command, id)) continue;
    const next = guess(now, command, me);
    if (next !== undefined) now = next;
  }
  return now;
}

/**
 * @param {Command} command
 * @param {string} id
 */
function concerns(command, id) {
  if (command.name === 'vote') return id === `vote:${command.target}`;
  if (command.name === 'estimate') return id === `estimate:${command.target}`;
  if (id.startsWith('link:')) return recordsOf(command).includes(id);
  return [command.card, command.action, command.name === 'add_theme' ? command.theme : null].includes(id) || (command.cards || []).includes(id);
}

/** @type {Record<string, (record: any, command: Command, me: string | null) => any>} */
const GUESSES = {
  add_card(record, command, me) {
    if (record) return record;
    /** @type {'anchor' | 'shark' | 'wind'} */
    const kind = command.kind;
    const place = command.weight === undefined ? nearestInside(kind, command.x, command.y) : placeOfWeight(kind, command.weight);
    return {
      type: 'card', id: command.card, seq: 0, kind, ...place, weight: weightAt(kind, place), text: command.text,
      agrees: 0, author: me, waiting: true, for: command.for,
    };
  },
  edit_card: (card, command) => card && { ...card, text: command.text, waiting: true },
  move_card(card, command) {
    if (!card) return card;
    const place = nearestInside(card.kind, command.x, command.y);
    return { ...card, ...place, weight: weightAt(card.kind, place) };
  },
  weigh_card(card, command) {
    if (!card) return card;
    const place = placeOfWeight(card.kind, command.weight, card);
    return { ...card, ...place, weight: command.weight };
  },
  change_kind(card, command) {
    if (!card) return card;
    /** @type {'anchor' | 'shark' | 'wind'} */
    const kind = command.kind;
    if (command.x === undefined) return { ...card, kind, ...placeOfWeight(kind, card.weight), waiting: true };
    const place = nearestInside(kind, command.x, command.y);
    return { ...card, kind, ...place, weight: weightAt(kind, place), waiting: true };
  },
  delete_card: (card) => card && { ...card, deleted: true },
  restore_card: (card) => card && { ...card, deleted: undefined },
  agree: (card) => card && (card.agreed ? card : { ...card, agreed: true, agrees: card.agrees + 1 }),
  disagree: (card) => card && (card.agreed ? { ...card, agreed: undefined, agrees: card.agrees - 1 } : card),
  add_theme(record, command) {
    if (record && record.type === 'card') return { ...record, theme: command.theme };
    return record || { type: 'theme', id: command.theme, seq: 0, title: command.title };
  },
  add_action: (action, command) => action || {
    type: 'action', id: command.action, seq: 0, state: 'proposed', waiting: true, text: command.text,
    owner: command.owner || undefined, due: command.due || undefined, theme: command.theme || undefined,
  },
  link: (link, { wind, brake }) => link || { type: 'link', id: `link:${wind}>${brake}`, seq: 0, wind, brake },
  unlink: () => null,
  put_in_theme: (card, command) => card && { ...card, theme: command.theme || undefined },
  vote: (vote, command) => ({ type: 'vote', id: `vote:${command.target}`, seq: 0, target: command.target, ...vote, mine: command.count }),
  estimate: (estimate, command) => ({
    type: 'estimate', id: `estimate:${command.target}`, seq: 0, target: command.target, ...estimate, mine: command.knots ?? undefined,
  }),
};
