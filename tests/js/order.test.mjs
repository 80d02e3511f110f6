// Notes are drawn in the order of their weights however many there are, and stay where they are when others come and go.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { axisOf } from '../../static/src/board/axis.js';
import { Layout } from '../../static/src/board/layout.js';
import { packed } from '../../static/src/board/blocks.js';
import { STACK_ROOM } from '../../static/src/board/places.js';
import { besideEachOther, intoRows } from '../../static/src/board/rows.js';
import { KINDS, ZONES, weightAt } from '../../static/src/board/scene.js';
import { FRAMES } from '../../static/src/wire/scene.js';

const WALL = { titles: 1.04, legible: 0.58, room: { width: 167, height: 89 }, edges: { left: -60, top: 18, right: 1650, bottom: 894 } };
const LAPTOP = { titles: 0.76, legible: 0.5, corner: { x: 1560, y: 780, cell: { width: 70, height: 190 } } };
const PHONE = { titles: 1.08, legible: 0.7 };
const VIEWS = { wall: WALL, laptop: LAPTOP, phone: PHONE };

/** Numbers from 0 to 1, the same for the same seed. @param {number} seed */
function numbers(seed) {
  let state = seed;
  return () => (state = (state * 1664525 + 1013904223) % 4294967296) / 4294967296;
}

/** @param {number} count @param {number} seed @param {(share: number) => number} [weigh] */
function cards(count, seed, weigh = (share) => share) {
  const random = numbers(seed);
  return Array.from({ length: count }, (_, i) => {
    const kind = KINDS[Math.floor(random() * 3)];
    const { left, top, right, bottom, heaviest } = ZONES[kind];
    const [weight, across] = [weigh(random()), random()];
    const x = heaviest === 'bottom' ? left + across * (right - left) : heaviest === 'right' ? left + weight * (right - left) : right - weight * (right - left);
    const y = heaviest === 'bottom' ? top + weight * (bottom - top) : top + across * (bottom - top);
    const place = { x: Math.round(x * 10) / 10, y: Math.round(y * 10) / 10 };
    return { id: `card:${i}`, target: `card:${i}`, kind, ...place, weight: weightAt(kind, place), record: {}, cards: [] };
  });
}

/** @param {any[]} within */
function stack(within, n) {
  const mean = (of) => within.reduce((sum, card) => sum + of(card), 0) / within.length;
  const [x, y, weight] = [mean((card) => card.x), mean((card) => card.y), mean((card) => card.weight)];
  return { id: `theme:${n}`, target: `theme:${n}`, kind: within[0].kind, x, y, weight, record: {}, cards: within };
}

/** The same notes with every third card of a kind in stacks of three. */
function gathered(all, themes) {
  const loose = [...all];
  const stacks = [];
  for (let n = 0; n < themes; n++) {
    const within = loose.filter(({ kind }) => kind === KINDS[n % 3]).filter((_, i) => i % 3 === n % 2).slice(0, 3);
    if (within.length < 2) continue;
    for (const card of within) loose.splice(loose.indexOf(card), 1);
    stacks.push(stack(within, n));
  }
  return [...stacks, ...loose];
}

const copies = (notes) => notes.map((note) => ({ ...note }));
const along = (note) => axisOf(note.kind).turn(note).along;

/** Pairs of a kind that are drawn in the wrong order: two cards, two stacks, or a card beyond a stack. */
function inversions(notes, stackSize) {
  const found = [];
  for (const light of notes) {
    for (const heavy of notes) {
      if (light.kind !== heavy.kind || heavy.weight - light.weight < 0.001) continue;
      const isMixed = (light.cards.length > 0) !== (heavy.cards.length > 0);
      const slack = isMixed ? (axisOf(light.kind).sides(STACK_ROOM).along * stackSize) / 2 : 0;
      if (along(light) > along(heavy) + slack + 0.05) found.push(`${light.id} ${light.weight} ${heavy.id} ${heavy.weight}`);
    }
  }
  return found;
}

const WEIGHTS = { evenly: (share) => share, 'nearly all heavy': (share) => 0.8 + share / 5, 'in five steps': (share) => Math.round(share * 4) / 4 };
for (const [view, look] of Object.entries(VIEWS)) {
  for (const [spread, weigh] of Object.entries(WEIGHTS)) {
    test(`on a ${view} no card of 20 to 300 that weigh ${spread} hangs in the wrong order, alone or amid stacks`, () => {
      for (const count of [20, 58, 68, 120, 180, 300]) {
        for (const themes of [0, 3, 9, 15]) {
          const notes = copies(gathered(cards(count, count + themes, weigh), themes));
          const { stacks } = new Layout().settle(notes, 1.25, look);
          assert.deepEqual(inversions(notes, stacks), [], `${count} cards, ${themes} themes`);
        }
      }
    });
  }
}

test('cards that come one by one are never drawn in the wrong order, nor over each other', () => {
  const all = cards(90, 5);
  const layout = new Layout();
  for (let many = 1; many <= all.length; many++) {
    const notes = copies(all.slice(0, many));
    const { stacks } = layout.settle(notes, 1.25, LAPTOP);
    assert.deepEqual(inversions(notes, stacks), [], `${many} cards`);
  }
});

/** What making some themes, one after another, moves: for each how many loose cards of how many, and how far. */
function themesMade(count, seed, look) {
  const random = numbers(seed);
  let loose = cards(count, seed);
  const stacks = [];
  const layout = new Layout();
  let before = copies(loose);
  layout.settle(before, 1.25, look);
  return Array.from({ length: 6 }, (_, n) => {
    const same = loose.filter(({ kind }) => kind === KINDS[(n + 1) % 3]);
    const within = [0, 1, 2].map(() => same.splice(Math.floor(random() * same.length), 1)[0]);
    loose = loose.filter((card) => !within.includes(card));
    stacks.push(stack(within, n));
    const after = copies([...stacks, ...loose]);
    const sizes = layout.settle(after, 1.25, look);
    assert.deepEqual(inversions(after, sizes.stacks), []);
    const was = new Map(before.map((note) => [note.id, note]));
    const ways = after.filter((note) => !note.cards.length).map((note) => Math.hypot(note.x - was.get(note.id).x, note.y - was.get(note.id).y));
    before = after;
    const moved = ways.filter((way) => way > 1);
    return { moved: moved.length, far: moved.reduce((sum, way) => sum + way, 0), of: ways.length };
  });
}

for (const count of [68, 120]) {
  test(`making a theme of three of ${count} cards moves few others, and shortly`, () => {
    const made = [1, 2, 3].flatMap((seed) => [LAPTOP, WALL].flatMap((look) => themesMade(count, seed * 7, look)));
    const [moved, of, far] = ['moved', 'of', 'far'].map((what) => made.reduce((sum, one) => sum + one[what], 0));
    const most = Math.max(...made.map((one) => one.moved / one.of));
    assert.ok(moved <= of / 6, `${moved} of ${of}`);
    assert.ok(most <= 0.45, `${most} of all cards at once`);
    assert.ok(far <= moved * 130, `${far / moved} units`);
  });
}

test('a theme of two cards that lie apart from all others moves none of them', () => {
  const all = cards(30, 3).filter(({ kind }) => kind !== 'wind');
  const alone = [300, 420].map((x, i) => ({ id: `card:w${i}`, target: `card:w${i}`, kind: 'wind', x, y: 200, weight: weightAt('wind', { x, y: 200 }), record: {}, cards: [] }));
  const layout = new Layout();
  const [before, after] = [copies([...all, ...alone]), copies([...all, stack(alone, 1)])];
  layout.settle(before, 1.25, LAPTOP);
  layout.settle(after, 1.25, LAPTOP);
  for (const [i, note] of after.slice(0, all.length).entries()) assert.deepEqual([note.x, note.y], [before[i].x, before[i].y]);
});

test('notes are drawn bigger once they could be half as big again', () => {
  const layout = new Layout();
  const crowd = layout.settle(copies(cards(120, 2)), 1.25, LAPTOP);
  assert.ok(layout.settle(copies(cards(10, 2)), 1.25, LAPTOP).cards >= crowd.cards * 1.5);
});

test('rows are filled as those of the exported picture are', () => {
  for (const { kind, size, put, drawn } of JSON.parse(readFileSync(new URL('../data/rows.json', import.meta.url), 'utf8'))) {
    const axis = axisOf(kind);
    const sides = axis.sides({ width: 184 * size, height: 100 * size });
    const items = put.map(([x, y], i) => ({ id: `card:${i}`, isStack: false, own: axis.turn({ x, y }), sides }));
    const spots = packed([...items].sort((one, other) => one.own.along - other.own.along), { ...axis.span(FRAMES[kind]), blocked: [] }, sides);
    items.forEach(({ id }, i) => {
      const { x, y } = axis.back(spots.get(id));
      assert.ok(Math.abs(x - drawn[i][0]) < 0.01 && Math.abs(y - drawn[i][1]) < 0.01, `${kind} ${size} ${id}: ${x} ${y}, not ${drawn[i]}`);
    });
  }
});

test('rows have the least cost there is, and none where there is no room', () => {
  const wishes = [0, 0, 0, 2];
  const cost = (note, row) => Math.abs(wishes[note] - row);
  assert.deepEqual(intoRows(4, [2, 2, 2], cost), [0, 0, 1, 2]);
  assert.deepEqual(intoRows(3, [3, 3], (note, row) => (row ? 1 : 0)), [0, 0, 0]);
  assert.equal(intoRows(4, [1, 1, 1], cost), null);
  assert.equal(intoRows(1, [1], () => Infinity), null);
  assert.deepEqual(besideEachOther([10, 11, 30], [0, 10, 20, 30]), [1, 2, 3]);
});
