// Notes are drawn side by side, however many there are, and none is drawn elsewhere without need.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Layout } from '../../static/src/board/layout.js';
import { ROOM, STACK_ROOM } from '../../static/src/board/places.js';
import { KINDS, ZONES } from '../../static/src/board/scene.js';

/** Notes all over their zones, the same for the same number. */
const notes = (count) =>
  Array.from({ length: count }, (_, i) => {
    const kind = KINDS[i % 3];
    const zone = ZONES[kind];
    const [across, down] = [((i * 37) % 101) / 100, ((i * 57) % 89) / 88];
    return {
      id: `card:${i}`, kind, cards: [], weight: 0.5, record: {},
      x: zone.left + across * (zone.right - zone.left), y: zone.top + down * (zone.bottom - zone.top),
    };
  });

for (const count of [1, 5, 30, 60, 140, 300]) {
  test(`of ${count} notes none covers another`, () => {
    const drawn = notes(count);
    const size = new Layout().settle(drawn, 1.25).cards;
    for (const one of drawn) {
      for (const other of drawn) {
        if (one.id >= other.id || one.kind !== other.kind) continue;
        const apart = Math.abs(one.x - other.x) > ROOM.width * size - 1 || Math.abs(one.y - other.y) > ROOM.height * size - 1;
        assert.ok(apart, `${one.id} covers ${other.id}`);
      }
    }
  });
}

test('a note alone lies where it was put, or as near as the picture allows', () => {
  const [one] = notes(1);
  Object.assign(one, { x: 300, y: 200 });
  new Layout().settle([one], 1.25);
  assert.deepEqual([one.x, one.y], [300, 200]);
});

test('moving one note leaves all others where they were drawn', () => {
  const layout = new Layout();
  const before = notes(90);
  layout.settle(before, 1.25);
  const after = notes(90);
  after[4].x -= 50;
  layout.settle(after, 1.25);
  const moved = after.filter((note, i) => note.x !== before[i].x || note.y !== before[i].y).map((note) => note.id);
  assert.ok(moved.every((id) => id === 'card:4'), moved.join());
});

test('more notes are smaller, never bigger', () => {
  const sizes = [1, 10, 40, 80, 160, 320].map((count) => new Layout().settle(notes(count), 1.25).cards);
  assert.deepEqual(sizes, [...sizes].sort((one, other) => other - one));
});

/** So many of the notes of each kind are stacks. */
const gathered = (count, stacks) => notes(count).map((note, i) => (i < stacks * 3 ? { ...note, cards: [{}, {}], id: `theme:${i}` } : note));
const covers = (one, other, { cards, stacks }) => {
  const [a, b] = [one, other].map((note) => (note.cards.length ? [STACK_ROOM, stacks] : [ROOM, cards]));
  const apart = (side) => (a[0][side] * a[1] + b[0][side] * b[1]) / 2 - 1;
  return Math.abs(one.x - other.x) < apart('width') && Math.abs(one.y - other.y) < apart('height');
};

for (const [count, stacks] of [[6, 2], [30, 3], [60, 4], [120, 4], [300, 5]]) {
  test(`of ${count} notes, ${stacks * 3} of them stacks with titles to be read, none covers another`, () => {
    const drawn = gathered(count, stacks);
    const sizes = new Layout().settle(drawn, 1.25, { titles: 1.1 });
    assert.ok(sizes.stacks >= 1.1 * 0.76, `titles shrank to ${sizes.stacks}`);
    assert.ok(sizes.stacks >= sizes.cards);
    for (const [i, one] of drawn.entries()) {
      for (const other of drawn.slice(i + 1)) assert.ok(one.kind !== other.kind || !covers(one, other, sizes), `${one.id} covers ${other.id}`);
    }
  });
}

test('titles give way a little where cards can be read then, and no further', () => {
  const titles = new Layout().settle(gathered(54, 4), 1.25, { titles: 1.2 });
  const both = new Layout().settle(gathered(54, 4), 1.25, { titles: 1.2, legible: 0.6 });
  assert.ok(titles.cards < 0.6 && titles.stacks === 1.2, JSON.stringify(titles));
  assert.ok(both.cards >= 0.6 && both.stacks < 1.2 && both.stacks >= 1.2 * 0.76, JSON.stringify(both));
});

test('titles of more themes than have room at that size are as big as there is room for', () => {
  const crowd = gathered(120, 30);
  const sizes = new Layout().settle(crowd, 1.25, { titles: 1.2 });
  assert.ok(sizes.stacks >= 0.45 && sizes.stacks < 1.2 * 0.76, JSON.stringify(sizes));
});

test('where the picture goes on around the scene, notes are bigger and lie there too', () => {
  const [within, beyond] = [notes(90), notes(90)];
  const edges = { left: -75, top: 18, right: 1670, bottom: 894 };
  const [small, big] = [new Layout().settle(within, 1.25), new Layout().settle(beyond, 1.25, { edges })];
  assert.ok(big.cards > small.cards, `${big.cards} and ${small.cards}`);
  assert.ok(Math.min(...beyond.map(({ x }) => x)) < Math.min(...within.map(({ x }) => x)));
  assert.ok(beyond.every(({ x }) => x > edges.left && x < edges.right));
});

test('a kind that has more to show gets some of the room of its neighbour', () => {
  const anchors = notes(100).filter((note) => note.kind === 'anchor');
  const sizes = new Layout().settle(anchors, 1.25);
  assert.ok(sizes.border > 0);
  assert.ok(anchors.some((note) => note.x > 984));
});

test('moving a stack leaves the others where they were drawn, but for those it meets', () => {
  const layout = new Layout();
  const [before, after] = [gathered(40, 2), gathered(40, 2)];
  const view = { titles: 1.1 };
  const sizes = layout.settle(before, 1.25, view);
  after[0].x += 3;
  assert.deepEqual(layout.settle(after, 1.25, view), sizes);
  const moved = after.filter((note, i) => note.x !== before[i].x || note.y !== before[i].y);
  assert.ok(moved.every((note) => note.kind === after[0].kind));
  assert.ok(moved.length < after.filter((note) => note.kind === after[0].kind).length);
});

test('more notes than any size has room for are still drawn, on each other', () => {
  const heap = notes(2400);
  const { cards } = new Layout().settle(heap, 1.25);
  assert.equal(cards, 0.15);
  assert.ok(heap.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y)));
});

test('no shark lies under the buttons', () => {
  const corner = { x: 1560, y: 780, cell: { width: 100, height: 260 } };
  for (const drawn of [notes(60), gathered(60, 4), gathered(12, 4)]) {
    const sizes = new Layout().settle(drawn, 1.25, { titles: 1.1, corner });
    for (const note of drawn) {
      const [room, size] = note.cards.length ? [STACK_ROOM, sizes.stacks] : [ROOM, sizes.cards];
      const apart = (side) => (room[side] * size + corner.cell[side]) / 2 - 1;
      assert.ok(Math.abs(note.x - corner.x) > apart('width') || Math.abs(note.y - corner.y) > apart('height'), note.id);
    }
  }
});
