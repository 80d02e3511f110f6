// The frames of a replay, forward and back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Reel } from '../../static/src/replay/reel.js';

const frames = [
  { at: 1000, seq: 1, put: [{ id: 'workshop', title: 'T', phase: 'welcome', focus: null }], remove: [] },
  { at: 2000, seq: 2, put: [{ id: 'card:a', kind: 'wind', x: 1, y: 2 }], remove: [] },
  { at: 3000, seq: 3, put: [{ id: 'card:a', text: 'Un' }, { id: 'workshop', phase: 'group' }], remove: [] },
  { at: 9_003_000, seq: 4, put: [{ id: 'card:a', text: null }], remove: [] },
  { at: 9_004_000, seq: 5, put: [], remove: ['card:a'] },
];

test('records come, change and go, and a long pause is cut short', () => {
  const reel = new Reel(frames);
  assert.equal(reel.length, 1000 + 1000 + 15_000 + 1000);
  assert.deepEqual([...reel.seek(2000)], ['workshop', 'card:a']);
  assert.deepEqual(reel.records.get('card:a'), { id: 'card:a', kind: 'wind', x: 1, y: 2, text: 'Un' });
  assert.equal(reel.records.get('workshop').focus, null);
  reel.seek(17_000);
  assert.equal('text' in reel.records.get('card:a'), false);
  assert.deepEqual([...reel.seek(reel.length)], ['card:a']);
  assert.equal(reel.records.has('card:a'), false);
});

test('going back gives what was there then', () => {
  const reel = new Reel(frames);
  reel.seek(reel.length);
  reel.seek(1000);
  assert.deepEqual(reel.records.get('card:a'), { id: 'card:a', kind: 'wind', x: 1, y: 2 });
  assert.equal(reel.at, 2000);
});

test('the steps of the workshop are known by their moments', () => {
  assert.deepEqual(new Reel(frames).phases(), [{ time: 0, phase: 'welcome' }, { time: 2000, phase: 'group' }]);
  assert.equal(new Reel([]).length, 0);
});
