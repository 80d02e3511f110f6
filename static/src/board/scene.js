// The boat in 1600 x 900 units: the nearest place inside a zone, the weight of a place, a place of a weight.
import { ZONES } from '../wire/scene.js';

/** @typedef {'wind' | 'anchor' | 'shark'} Kind */
/** @typedef {{ x: number, y: number }} Place */

export { HEIGHT, KEEL, KINDS, SEA_LEVEL, WIDTH, ZONES } from '../wire/scene.js';

/** @param {number} n @param {number} low @param {number} high */
const clamp = (n, low, high) => Math.min(Math.max(n, low), high);
/** @param {number} n */
const tenth = (n) => Math.round(n * 10) / 10;

/** @param {Kind} kind @param {number} x @param {number} y @returns {Place} */
export function nearestInside(kind, x, y) {
  const zone = ZONES[kind];
  return { x: tenth(clamp(x, zone.left, zone.right)), y: tenth(clamp(y, zone.top, zone.bottom)) };
}

/** @param {Kind} kind @param {Place} place @returns {number} 0 to 1 */
export function weightAt(kind, place) {
  const zone = ZONES[kind];
  const across = zone.right - zone.left;
  let share = (zone.right - place.x) / across;
  if (zone.heaviest === 'bottom') share = (place.y - zone.top) / (zone.bottom - zone.top);
  if (zone.heaviest === 'right') share = (place.x - zone.left) / across;
  return Math.round(clamp(share, 0, 1) * 1e4) / 1e4;
}

/**
 * A place of that weight, near another place or in the middle of its line: good until the server has chosen.
 * @param {Kind} kind @param {number} weight @param {Place} [near] @returns {Place}
 */
export function placeOfWeight(kind, weight, near) {
  const zone = ZONES[kind];
  if (zone.heaviest === 'bottom') {
    return nearestInside(kind, near ? near.x : (zone.left + zone.right) / 2, zone.top + weight * (zone.bottom - zone.top));
  }
  const along = weight * (zone.right - zone.left);
  const x = zone.heaviest === 'right' ? zone.left + along : zone.right - along;
  return nearestInside(kind, x, near ? near.y : (zone.top + zone.bottom) / 2);
}

/** The five steps of the weight control. @param {number} weight */
export const stepOf = (weight) => clamp(Math.round(weight * 4), 0, 4) + 1;
/** @param {number} step 1 to 5 */
export const weightOf = (step) => (step - 1) / 4;
