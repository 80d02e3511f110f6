// What can be voted for, and how many votes are left to whoever looks.
import { cards, get, ofType, themes, workshop } from '../../sync/workshop.js';

/** Themes, and cards without one: what can be voted for. */
export const targets = () => [...themes.value, ...cards.value.filter(isLoose)];

/** Whether a card can be voted for by itself. @param {any} card */
const isLoose = (card) => !card.theme && card.text !== undefined && card.held === undefined;

/** Whether a card or theme is one of those. @param {any} record */
export const isTarget = (record) => Boolean(record) && !record.deleted && (record.type === 'theme' || (record.type === 'card' && isLoose(record)));

/** The kinds of a card or of those in a theme, the commonest first. @param {any} target @returns {import('./words.js').Kind[]} */
export function kindsOf(target) {
  /** @type {Map<import('./words.js').Kind, number>} */
  const count = new Map();
  for (const { kind } of target.type === 'theme' ? cards.value.filter((card) => card.theme === target.id) : [target]) count.set(kind, (count.get(kind) || 0) + 1);
  return [...count].sort(([, one], [, other]) => other - one).map(([kind]) => kind);
}

/** @param {string} id */
export const mineOn = (id) => get(`vote:${id}`)?.mine || 0;
/** @param {string} id */
export const totalOn = (id) => get(`vote:${id}`)?.total || 0;

/** How many votes I may still place; below 0, how many I placed before there were fewer. */
export const votesLeft = () => ofType('vote').reduce((left, vote) => left - (vote.mine || 0), workshop.value?.settings.votes_each || 0);
