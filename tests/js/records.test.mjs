// The client's whole rule, over a network that loses, doubles and mixes up.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Records } from '../../static/src/sync/records.js';

const card = (id, seq, text) => ({ type: 'card', id, seq, text });

test('a patch is applied, an old one dropped, a gap asked for', () => {
  const records = new Records();
  assert.deepEqual([...records.apply({ since: 0, to: 2, put: [card('a', 1, 'un')], remove: [] })], ['a']);
  assert.deepEqual([...records.apply({ since: 2, to: 3, put: [card('b', 3, 'deux')], remove: [] })], ['b']);
  assert.equal(records.apply({ since: 2, to: 3, put: [card('b', 3, 'deux')], remove: [] }), 'old');
  assert.equal(records.apply({ since: 5, to: 6, put: [], remove: [] }), 'gap');
  assert.equal(records.have, 3);
});

test('a whole board replaces everything, and names what went', () => {
  const records = new Records();
  records.apply({ since: 0, to: 2, put: [card('a', 1, 'un')], remove: [] });
  assert.deepEqual([...records.apply({ since: 0, to: 1, put: [card('b', 1, 'deux')], remove: [] })].sort(), ['a', 'b']);
  assert.deepEqual([...records.byId.keys()], ['b']);
  assert.equal(records.have, 1);
});

test('whatever is lost, doubled or late, every client ends with what a fresh load gives', () => {
  for (let seed = 1; seed <= 200; seed++) {
    const chance = generator(seed);
    const log = [];
    const since = (have) => {
      const put = new Map();
      const remove = new Set();
      for (const event of log.slice(have)) {
        put.delete(event.id);
        remove.delete(event.id);
        if (event.text === null) remove.add(event.id);
        else put.set(event.id, card(event.id, event.seq, event.text));
      }
      return { since: have, to: log.length, put: [...put.values()], remove: have ? [...remove] : [] };
    };
    const records = new Records();
    let late = [];
    for (let seq = 1; seq <= 60; seq++) {
      log.push({ seq, id: `card:${Math.floor(chance() * 8)}`, text: chance() < 0.25 ? null : `t${seq}` });
      const fate = chance();
      if (fate > 0.1) late.push(since(seq - 1));
      if (fate > 0.8) late.push(since(seq - 1));
      if (chance() < 0.4) {
        late.sort(() => chance() - 0.5);
        for (const patch of late) if (records.apply(patch) === 'gap') records.apply(since(records.have));
        late = [];
      }
    }
    records.apply(since(records.have));
    const fresh = new Records();
    fresh.apply(since(0));
    const sorted = (/** @type {Records} */ of) => [...of.byId.entries()].sort();
    assert.deepEqual(sorted(records), sorted(fresh));
  }
});

/** The same numbers for the same seed. */
function generator(seed) {
  let state = seed * 2654435761;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 3266489917) | 0;
    return ((state ^ (state >>> 13)) >>> 0) / 4294967296;
  };
}
