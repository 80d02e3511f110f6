// Notes where they were put, or on the nearest free place: never one over another, never one before another that is
// lighter. Laid out along the way that their kind weighs (see axis.js). Pure.
import { HONESTY } from '../wire/scene.js';

/** @typedef {import('./axis.js').Point} Point */
/** @typedef {{ id: string, isStack: boolean, own: Point, sides: Point }} Item a note: where it was put, and what it covers */
/** @typedef {Point & { sides: Point, own: Point }} Spot where it is drawn, the size it has there, and for which place of its own */
/** @typedef {Point & { sides: Point }} Taken */
/** @typedef {{ from: Point, to: Point, blocked: Taken[] }} Area where notes may lie */
/** @typedef {Map<string, Spot>} Spots by the id of their note */

export const HAIR = 0.01;
const PUSHES = 24; // notes that may move aside at once

/** @param {Taken} one @param {Taken} other */
export const meet = (one, other) =>
  Math.abs(one.along - other.along) < (one.sides.along + other.sides.along) / 2 - 0.5 &&
  Math.abs(one.across - other.across) < (one.sides.across + other.sides.across) / 2 - 0.5;

/** @param {number} n @param {number} low @param {number} high */
export const clamp = (n, low, high) => Math.min(Math.max(n, low), high);

/** @param {Point} at @param {Point} wish what lies at another weight than its own tells a lie: that way is the longer one */
export const far = (at, wish) => Math.abs(at.along - wish.along) * HONESTY + Math.abs(at.across - wish.across);

/** As near to its own place as the area allows. @param {Area} area @param {Item} item @returns {Point} */
function inside({ from, to }, { own, sides }) {
  return {
    along: clamp(own.along, from.along + sides.along / 2, to.along - sides.along / 2),
    across: clamp(own.across, from.across + sides.across / 2, to.across - sides.across / 2),
  };
}

/**
 * Every note where it was drawn before, or where it was put, or on the nearest place; what lies there moves aside, shortly.
 * @param {Item[]} items the lightest first @param {Area} area @param {Spots} known
 * @returns {Spots | null} null if that would move too many
 */
export function loosely(items, area, known) {
  const spots = retained(items, area, known);
  /** @type {Map<string, number>} how often each has moved */
  const moves = new Map();
  // What is big finds no place once what is small lies everywhere.
  const waiting = items.filter((item) => !spots.has(item.id)).sort((one, other) => other.sides.across - one.sides.across);
  let most = waiting.length + PUSHES;
  for (let item = waiting.shift(); item; item = waiting.shift()) {
    const place = most-- > 0 && cheapest(item, known.get(item.id) || item.own, items, area, spots, moves);
    if (!place) return null;
    for (const other of place.pushed) spots.delete(other.id);
    waiting.push(...place.pushed);
    spots.set(item.id, { along: place.along, across: place.across, sides: item.sides, own: item.own });
    moves.set(item.id, (moves.get(item.id) || 0) + 1);
  }
  return spots;
}

/**
 * The same spots, but for those that need not have changed: they are where they were.
 * @param {Item[]} items the lightest first @param {Area} area @param {Spots} spots @param {Spots} known
 */
export function restored(items, area, spots, known) {
  let isDone = false;
  while (!isDone) {
    isDone = true;
    for (const item of items) {
      const [old, now] = [known.get(item.id), spots.get(item.id)];
      if (!old || !now || (old.along === now.along && old.across === now.across)) continue;
      const spot = { ...now, along: old.along, across: old.across };
      const [low, high] = between(item, items, spots);
      if (spot.along < low - HAIR || spot.along > high + HAIR || !isInside(spot, area)) continue;
      const others = items.flatMap((other) => (other === item ? [] : [spots.get(other.id) || []].flat()));
      if ([...area.blocked, ...others].some((other) => meet(spot, other))) continue;
      spots.set(item.id, spot);
      isDone = false;
    }
  }
  return spots;
}

/** Spots that are still good: inside, in order, clear of each other. @param {Item[]} items @param {Area} area @param {Spots} known */
function retained(items, area, known) {
  /** @type {Spots} */
  const spots = new Map();
  const occupied = [...area.blocked];
  /** @type {Item[]} */
  const before = [];
  for (const item of items) {
    const old = known.get(item.id);
    if (!old) continue;
    const spot = { ...old, sides: item.sides };
    const [low] = between(item, before, spots);
    if (spot.along < low - HAIR || !isInside(spot, area) || occupied.some((other) => meet(spot, other))) continue;
    spots.set(item.id, spot);
    occupied.push(spot);
    before.push(item);
  }
  return spots;
}

/**
 * Between what is lighter and what is heavier. A stack is of cards of many weights: a card may lie anywhere beside it.
 * @param {Item} item @param {Item[]} items @param {Spots} spots
 */
function between(item, items, spots) {
  let [low, high] = [-Infinity, Infinity];
  for (const other of items) {
    const spot = spots.get(other.id);
    if (!spot) continue;
    if (other.own.along < item.own.along) low = Math.max(low, spot.along - slackOf(item, other));
    if (other.own.along > item.own.along) high = Math.min(high, spot.along + slackOf(item, other));
  }
  return [low, high];
}

/** @param {Item} one @param {Item} other */
const slackOf = (one, other) => (one.isStack === other.isStack ? 0 : Math.max(one.sides.along, other.sides.along) / 2);

/**
 * The place that costs least: near, and with few in the way.
 * @param {Item} item @param {Point} wish @param {Item[]} items @param {Area} area @param {Spots} spots
 * @param {Map<string, number>} moves how often each has moved: the more, the less it is moved again
 * @returns {(Point & { pushed: Item[] }) | null}
 */
function cheapest(item, wish, items, area, spots, moves) {
  const push = (item.sides.along + item.sides.across) / 2;
  const others = items.flatMap((other) => {
    const spot = spots.get(other.id);
    return spot ? [{ ...spot, item: other, order: Math.sign(other.own.along - item.own.along), slack: slackOf(item, other), push: push * (other.isStack ? 6 : 1) * (1 + (moves.get(other.id) || 0)) }] : [];
  });
  const own = inside(area, { ...item, own: wish });
  let best = null;
  let least = Infinity;
  for (const along of alongs(own, item, area, [...others, ...area.blocked])) {
    if (Math.abs(along - own.along) * HONESTY >= least) break;
    // Those that this would put in the wrong order move, wherever they lie.
    const wrong = others.filter((other) => other.order * (other.along - along) < -other.slack - HAIR);
    const pushes = wrong.reduce((sum, other) => sum + other.push, 0);
    if (pushes >= least) continue;
    const beside = others.filter((other) => !wrong.includes(other) && isBeside(along, item, other));
    const walls = area.blocked.filter((other) => isBeside(along, item, other));
    for (const across of acrosses(own, item, [...beside, ...walls])) {
      const at = { along, across, sides: item.sides };
      const away = far(at, own);
      let cost = away + away ** 2 / 400 + pushes;
      if (cost >= least || !isInside(at, area) || walls.some((wall) => meet(at, wall))) continue;
      const hit = beside.filter((other) => meet(at, other));
      cost += hit.reduce((sum, other) => sum + other.push, 0);
      if (cost >= least) continue;
      [best, least] = [{ along, across, pushed: [...wrong, ...hit].map((other) => other.item) }, cost];
    }
  }
  return best;
}

/** @param {number} along @param {Item} item @param {Taken} other */
const isBeside = (along, item, other) => Math.abs(along - other.along) < (other.sides.along + item.sides.along) / 2 - 0.5;

/** In a row with what lies there, or next to it; the nearest first. @param {Point} wish @param {Item} item @param {Area} area @param {Taken[]} taken */
function alongs(wish, item, { from, to }, taken) {
  const [first, last] = [from.along + item.sides.along / 2 - HAIR, to.along - item.sides.along / 2 + HAIR];
  const all = [wish.along, ...taken.flatMap((other) => {
    const apart = (other.sides.along + item.sides.along) / 2;
    return [other.along, other.along - apart, other.along + apart];
  })];
  return all.filter((along) => along >= first && along <= last).sort((one, other) => Math.abs(one - wish.along) - Math.abs(other - wish.along));
}

/** In the place of what lies there, or next to it. @param {Point} wish @param {Item} item @param {Taken[]} taken */
function acrosses(wish, item, taken) {
  return [wish.across, ...taken.flatMap((other) => {
    const apart = (other.sides.across + item.sides.across) / 2;
    return [other.across, other.across - apart, other.across + apart];
  })];
}

/** @param {Taken} spot @param {Area} area */
function isInside({ along, across, sides }, { from, to }) {
  return (
    along - sides.along / 2 > from.along - 2 * HAIR && along + sides.along / 2 < to.along + 2 * HAIR &&
    across - sides.across / 2 > from.across - 2 * HAIR && across + sides.across / 2 < to.across + 2 * HAIR
  );
}
