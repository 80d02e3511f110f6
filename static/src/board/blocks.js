// Notes of a kind in rows, where they are too many to lie where they were put: stacks on blocks of cells, cards on the cells
// that are left, never one before another that is lighter. Laid out along the way that the kind weighs (see axis.js). Pure.
import { HAIR, clamp, far, meet } from './loose.js';
import { besideEachOther, intoRows } from './rows.js';

/** @typedef {import('./axis.js').Point} Point */
/** @typedef {import('./loose.js').Item} Item */
/** @typedef {import('./loose.js').Spot} Spot */
/** @typedef {import('./loose.js').Spots} Spots */
/** @typedef {import('./loose.js').Area} Area */
/** @typedef {{ isBeside: boolean, isInBlocks: boolean, isTidy: boolean, mix: number }} Way to find room for stacks amid many cards */
/** @type {Way[]} */
const WAYS = [];
for (const isBeside of [false, true]) { // cards may lie anywhere beside a stack, or only before or behind its middle
  for (const isInBlocks of [false, true]) { // cells as big as cards, or such that blocks of them are as big as stacks
    for (const isTidy of [false, true]) { // blocks may cut into each other's rows and columns, or not
      for (const mix of [0, 0.5, 1]) WAYS.push({ isBeside, isInBlocks, isTidy, mix }); // at their weight, or amid as many cards
    }
  }
}

/** @typedef {{ rows: number, columns: number, long: number, wide: number, free: boolean[][], alongOf: (row: number) => number, acrossOf: (column: number) => number }} Grid */
/** @typedef {{ grid: Grid, spots: Spots, small: Item[], bounds: [number, number][] }} Plan big notes at their spots, and between which of them the small ones lie */

/** Whether all have room. @param {Item[]} items the lightest first @param {Area} area @param {Point} step */
export function haveRoom(items, area, step) {
  return WAYS.some((way) => {
    const plan = planned(items, area, step, way);
    return plan !== null && fit(plan);
  });
}

/**
 * Every note in rows as big as `step`, near where it was drawn before, or where it was put.
 * @param {Item[]} items the lightest first @param {Area} area @param {Point} step @param {Spots} [known]
 * @returns {Spots | null}
 */
export function packed(items, area, step, known = new Map()) {
  for (const way of WAYS) {
    const plan = planned(items, area, step, way, known);
    if (plan && fit(plan)) return filled(plan, known);
  }
  return null;
}

/** @param {Area} area @param {Point} step @returns {Grid} */
function gridOf({ from, to, blocked }, step) {
  const rows = Math.floor((to.along - from.along) / step.along);
  const columns = Math.floor((to.across - from.across) / step.across);
  const [long, wide] = [(to.along - from.along) / rows, (to.across - from.across) / columns];
  const alongOf = (/** @type {number} */ row) => from.along + (row + 0.5) * long;
  const acrossOf = (/** @type {number} */ column) => from.across + (column + 0.5) * wide;
  const free = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (__, column) => !blocked.some((one) => meet({ along: alongOf(row), across: acrossOf(column), sides: step }, one))));
  return { rows, columns, long, wide, free, alongOf, acrossOf };
}

/** Cells of which a whole number is as big as a stack. @param {Item[]} items @param {Point} step @returns {Point} */
function inBlocks(items, step) {
  const [along, across] = /** @type {const} */ (['along', 'across']).map((side) => {
    const most = Math.max(...items.map(({ sides }) => sides[side]));
    return most / Math.floor(most / step[side] + 0.001);
  });
  return { along, across };
}

/** What is bigger than a cell gets its cells first. @param {Item[]} items @param {Area} area @param {Point} least @param {Way} way @param {Spots} [known] @returns {Plan | null} */
function planned(items, area, least, way, known) {
  const step = way.isInBlocks ? inBlocks(items, least) : least;
  const grid = gridOf(area, step);
  if (grid.rows * grid.columns < items.length) return null;
  const isBig = (/** @type {Item} */ { sides }) => sides.along > step.along + HAIR || sides.across > step.across + HAIR;
  const wishes = wishesOf(items, area, way.mix, known);
  const big = items.flatMap((item, i) => (isBig(item) ? [{ item, wish: wishes[i] }] : []));
  const spots = way.isTidy ? inLine(grid, big, way.mix === 1) : oneByOne(grid, big);
  if (!spots) return null;
  const small = items.filter((item) => !isBig(item));
  return { grid, spots, small, bounds: boundsOf(items, spots, way.isBeside) };
}

/** Where each was drawn, or should be. @param {Item[]} items @param {Area} area @param {number} mix @param {Spots} [known] @returns {Point[]} */
function wishesOf(items, { from, to }, mix, known) {
  const surface = (/** @type {Item} */ { sides }) => sides.along * sides.across;
  const all = items.reduce((sum, item) => sum + surface(item), 0);
  let before = 0;
  return items.map((item) => {
    const shared = from.along + ((before + surface(item) / 2) / all) * (to.along - from.along);
    before += surface(item);
    return known?.get(item.id) || { along: item.own.along * (1 - mix) + shared * mix, across: item.own.across };
  });
}

/** Between which stacks each card may lie. @param {Item[]} items @param {Spots} spots of stacks @param {boolean} isBeside @returns {[number, number][]} */
function boundsOf(items, spots, isBeside) {
  /** @type {[number, number][]} */
  const bounds = [];
  let low = -Infinity;
  for (const { id } of items) {
    const spot = spots.get(id);
    if (spot) {
      const slack = isBeside ? spot.sides.along / 2 : 0;
      for (let i = bounds.length - 1; i >= 0 && bounds[i][1] === Infinity; i--) bounds[i][1] = spot.along + slack;
      low = spot.along - slack;
    } else bounds.push([low, Infinity]);
  }
  return bounds;
}

/** @typedef {{ item: Item, wish: Point }} Wanted */

/** How many cells a stack covers. @param {Grid} grid @param {Point} sides */
const blockOf = (grid, sides) => [Math.ceil(sides.along / grid.long - 0.001), Math.ceil(sides.across / grid.wide - 0.001)];

/** Each on the nearest block of free cells that is not before the last. @param {Grid} grid @param {Wanted[]} wanted @returns {Spots | null} */
function oneByOne(grid, wanted) {
  /** @type {Spots} */
  const spots = new Map();
  let last = -Infinity;
  for (const { item, wish } of wanted) {
    const [high, broad] = blockOf(grid, item.sides);
    let best = null;
    let least = Infinity;
    for (let row = 0; row + high <= grid.rows; row++) {
      const along = grid.alongOf(row + (high - 1) / 2);
      if (along < last - HAIR) continue;
      for (let column = 0; column + broad <= grid.columns; column++) {
        const cost = far({ along, across: grid.acrossOf(column + (broad - 1) / 2) }, wish);
        if (cost >= least || !isFree(grid, row, column, high, broad)) continue;
        [best, least] = [{ row, column }, cost];
      }
    }
    if (!best) return null;
    spots.set(item.id, take(grid, item, best.row, best.column, high, broad));
    last = grid.alongOf(best.row + (high - 1) / 2);
  }
  return spots;
}

/** All in rows of blocks: more of them have room, fewer are near. @param {Grid} grid @param {Wanted[]} wanted @param {boolean} isEven as many in each row, so that each has room for cards @returns {Spots | null} */
function inLine(grid, wanted, isEven) {
  if (!wanted.length) return new Map();
  const [high, broad] = blockOf(grid, wanted[0].item.sides);
  const [many, wide] = [Math.floor(grid.rows / high), Math.floor(grid.columns / broad)];
  const blocks = Array.from({ length: many }, (_, row) =>
    Array.from({ length: wide }, (__, column) => column * broad).filter((column) => isFree(grid, row * high, column, high, broad)));
  const along = (/** @type {number} */ row) => grid.alongOf(row * high + (high - 1) / 2);
  const most = isEven ? Math.ceil(wanted.length / many) : Infinity;
  const rows = intoRows(wanted.length, blocks.map((row) => Math.min(row.length, most)), (one, row) => (along(row) - wanted[one].wish.along) ** 2);
  if (!rows) return null;
  /** @type {Spots} */
  const spots = new Map();
  blocks.forEach((columns, row) => {
    const here = wanted.filter((_, i) => rows[i] === row).sort((one, other) => one.wish.across - other.wish.across);
    const acrosses = columns.map((column) => grid.acrossOf(column + (broad - 1) / 2));
    besideEachOther(here.map(({ wish }) => wish.across), acrosses).forEach((at, i) =>
      spots.set(here[i].item.id, take(grid, here[i].item, row * high, columns[at], high, broad)));
  });
  return spots;
}

/** @param {Grid} grid @param {Item} item @param {number} row @param {number} column @param {number} high @param {number} broad @returns {Spot} */
function take(grid, { own, sides }, row, column, high, broad) {
  for (let r = row; r < row + high; r++) grid.free[r].fill(false, column, column + broad);
  return { along: grid.alongOf(row + (high - 1) / 2), across: grid.acrossOf(column + (broad - 1) / 2), sides, own };
}

/** @param {Grid} grid @param {number} row @param {number} column @param {number} high @param {number} broad */
function isFree({ free }, row, column, high, broad) {
  for (let r = row; r < row + high; r++) for (let c = column; c < column + broad; c++) if (!free[r][c]) return false;
  return true;
}

/** @param {Grid} grid */
const roomsOf = ({ free }) => free.map((row) => row.filter(Boolean).length);

/** Whether the small notes of a plan have room between its big ones: each in the first row that it may lie in. @param {Plan} plan */
function fit({ grid, bounds }) {
  const rooms = roomsOf(grid);
  let row = 0;
  return bounds.every(([low, high]) => {
    while (row < grid.rows && (!rooms[row] || grid.alongOf(row) < low - HAIR)) row++;
    if (row >= grid.rows || grid.alongOf(row) > high + HAIR) return false;
    rooms[row]--;
    return true;
  });
}

/** @param {Plan} plan @param {Spots} known @returns {Spots} */
function filled({ grid, spots, small, bounds }, known) {
  const rows = intoRows(small.length, roomsOf(grid), (note, row) => {
    const along = grid.alongOf(row);
    if (along < bounds[note][0] - HAIR || along > bounds[note][1] + HAIR) return Infinity;
    const before = known.get(small[note].id);
    // What is drawn already stays, unless others need its room; what is new lies as near to its weight as can be.
    if (before) return Math.max(0, Math.abs(along - before.along) - grid.long / 2) * grid.long * 4;
    return (along - small[note].own.along) ** 2;
  });
  for (let row = 0; rows && row < grid.rows; row++) {
    const here = small.flatMap((item, note) => (rows[note] === row ? [{ item, bounds: bounds[note] }] : []));
    fillRow(grid, row, here, spots, known);
  }
  return spots;
}

/** @param {Grid} grid @param {number} row @param {{ item: Item, bounds: [number, number] }[]} here @param {Spots} spots @param {Spots} known */
function fillRow(grid, row, here, spots, known) {
  const cells = grid.free[row].flatMap((isFreeCell, column) => (isFreeCell ? [grid.acrossOf(column)] : []));
  const looseAlong = grid.long - Math.max(...here.map(({ item }) => item.sides.along));
  const middle = grid.alongOf(row);
  /** @param {{ item: Item, bounds: [number, number] }} note @param {number} across */
  const put = ({ item, bounds }, across) => {
    // Off the line by what a cell leaves, the heavier the farther: cards that people put there, not a table.
    const along = middle + clamp((item.own.along - middle) / grid.long, -0.5, 0.5) * looseAlong;
    const off = clamp((item.own.across - across) / grid.wide, -0.5, 0.5) * (grid.wide - item.sides.across);
    spots.set(item.id, { along: clamp(along, bounds[0], bounds[1]), across: across + off, sides: item.sides, own: item.own });
  };
  const waiting = here.filter((note) => {
    const before = known.get(note.item.id);
    const cell = before ? cells.findIndex((across) => Math.abs(across - before.across) < grid.wide / 2) : -1;
    if (cell < 0) return true;
    put(note, cells[cell]);
    cells.splice(cell, 1);
    return false;
  });
  const wish = (/** @type {{ item: Item }} */ { item }) => (known.get(item.id) || item.own).across;
  waiting.sort((one, other) => wish(one) - wish(other));
  besideEachOther(waiting.map(wish), cells).forEach((cell, i) => put(waiting[i], cells[cell]));
}
