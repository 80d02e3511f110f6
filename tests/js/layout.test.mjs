// Notes are drawn side by side, however many there are, and none is drawn elsewhere without need.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Layout, ROOM } from '../../static/src/board/layout.js';
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
    const size = new Layout().settle(drawn, 1.25);
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
  const sizes = [1, 10, 40, 80, 160, 320].map((count) => new Layout().settle(notes(count), 1.25));
  assert.deepEqual(sizes, [...sizes].sort((one, other) => other - one));
});
