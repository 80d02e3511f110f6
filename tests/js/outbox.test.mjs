// Commands on their way: in order, once, and nothing written is lost.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Outbox } from '../../static/src/sync/outbox.js';
import { optimistic } from '../../static/src/sync/optimistic.js';

/** An outbox, and the wire as it sees it. Node has no IndexedDB: commands live as long as the page. */
function made() {
  const wire = { up: true, sent: [] };
  const outbox = new Outbox('CODE|person:me', (command, answered) => {
    if (wire.up) wire.sent.push({ command, answered });
    return wire.up;
  }, () => {});
  return { outbox, wire };
}

/** A database whose writes end when told to. */
function database() {
  const kept = new Map();
  const writes = [];
  const asked = (result) => {
    const request = { result };
    queueMicrotask(() => request.onsuccess());
    return request;
  };
  const store = async (mode, use) => {
    const transaction = {};
    const changes = [];
    const used = use({
      transaction,
      put: (value, key) => changes.push(() => kept.set(key, value)),
      delete: (key) => changes.push(() => kept.delete(key)),
      getAllKeys: () => asked([...kept.keys()]),
      getAll: () => asked([...kept.values()]),
    });
    if (mode === 'readwrite') writes.push({ end: () => { changes.forEach((change) => change()); transaction.oncomplete(); } });
    return used;
  };
  /** All writes asked for so far end, as they do some turns later. */
  const end = async () => {
    await turns();
    for (const write of writes.splice(0)) write.end();
    await turns();
  };
  return { store, kept, end };
}

const turns = () => new Promise((then) => setImmediate(then));

/** What localStorage is, as far as the journal uses it: its items are its own properties. */
function storage() {
  const items = {};
  Object.defineProperties(items, {
    setItem: { value: (name, value) => { items[name] = String(value); } },
    getItem: { value: (name) => items[name] ?? null },
    removeItem: { value: (name) => { delete items[name]; } },
  });
  return items;
}

/** A tab of this browser: an outbox on a database and a journal that others have too. */
function tab(shared) {
  globalThis.localStorage = shared.storage;
  const { outbox, wire } = made();
  outbox.store = shared.store;
  outbox.loaded = false;
  return { outbox, wire };
}

test('what a tab that died had written in its last turn is there in the next one, once and in order', async () => {
  const kept = database();
  const items = storage();
  const dying = tab({ store: kept.store, storage: items });
  await dying.outbox.load();
  dying.wire.up = false;
  dying.outbox.add('add_card', { card: 'card:a', text: 'One' });
  await kept.end();
  assert.deepEqual(Object.keys(items), [], 'the database has it: the journal need not');
  dying.outbox.add('add_card', { card: 'card:b', text: 'Two' });
  const ids = dying.outbox.entries.map(({ command }) => command.id);
  assert.equal(kept.kept.size, 1);

  const next = tab({ store: kept.store, storage: items });
  await next.outbox.load();
  assert.deepEqual(next.wire.sent.map(({ command }) => command.text), ['One', 'Two']);
  assert.deepEqual(next.wire.sent.map(({ command }) => command.id), ids);
  await kept.end();
  assert.equal(kept.kept.size, 2, 'folded into the database');
  await next.outbox.load();
  assert.equal(next.outbox.entries.length, 2);
  assert.deepEqual(Object.keys(items), []);
});

test('two tabs of one person send what was left under one id, and neither keeps it when it is answered', async () => {
  const kept = database();
  const items = storage();
  const dying = tab({ store: database().store, storage: items });
  dying.outbox.add('add_card', { card: 'card:a', text: 'One' });
  const both = [tab({ store: kept.store, storage: items }), tab({ store: kept.store, storage: items })];
  for (const { outbox } of both) await outbox.load();
  const sent = both.flatMap(({ wire }) => wire.sent);
  assert.equal(sent.length, 2);
  assert.equal(new Set(sent.map(({ command }) => command.id)).size, 1);
  await kept.end();
  for (const { answered } of sent) answered({ ok: true, seq: 1 });
  await kept.end();
  for (const { outbox } of both) await outbox.load();
  assert.deepEqual(both.map(({ outbox }) => outbox.entries.length), [0, 0]);
  assert.deepEqual([kept.kept.size, Object.keys(items).length], [0, 0]);
});

test('an answer empties the journal even if the database never ends a write', async () => {
  const items = storage();
  const { outbox, wire } = tab({ store: database().store, storage: items });
  outbox.loaded = true;
  outbox.add('agree', { card: 'card:a' });
  assert.equal(Object.keys(items).length, 1);
  wire.sent[0].answered({ ok: true, seq: 1 });
  assert.deepEqual(Object.keys(items), []);
});

test('what somebody before left is neither sent nor lost: it is there to be sent as ours, or to be erased', async () => {
  const items = storage();
  const stray = (text, when) => {
    const id = `id-${when}`;
    items[`speedboat:sending:CODE|person:other|${when}|${id}`] = JSON.stringify({ id, name: 'add_card', card: `card:${when}`, text });
  };
  stray('One', '000000000000001000000');
  stray('Two', '000000000000002000000');
  items['speedboat:sending:OTHER|person:other|000000000000001000000|z'] = '{"id":"z","name":"agree","card":"card:a"}';
  items['speedboat:sending:CODE|person:me|000000000000001000000|y'] = '{"id":';
  const kept = database();
  const { outbox, wire } = tab({ store: kept.store, storage: items });
  await outbox.load();
  assert.deepEqual([outbox.entries.length, wire.sent.length], [0, 0]);
  assert.equal(Object.keys(items).length, 4);
  const [one, two] = outbox.strays;
  outbox.retry(one);
  outbox.dismiss(two);
  assert.deepEqual(wire.sent.map(({ command }) => [command.text, command.card]), [['One', 'card:000000000000001000000']]);
  assert.notEqual(wire.sent[0].command.id, 'id-000000000000001000000');
  wire.sent[0].answered({ ok: false, error: { code: 'id_taken', message: 'Taken' } });
  assert.deepEqual([outbox.entries.length, outbox.strays.length], [0, 0], 'it had arrived, and only its answer was lost');
  assert.equal(Object.keys(items).length, 2, 'those of another workshop, and what cannot be read');
});

test('what was written and refused is there on the next visit with the reason, and is not sent by itself', async () => {
  const kept = database();
  const items = storage();
  const before = tab({ store: kept.store, storage: items });
  await before.outbox.load();
  for (const command of [['edit_card', { card: 'card:a', text: 'Mine' }], ['add_action', { text: 'Ask' }], ['move_card', { card: 'card:a' }]]) before.outbox.add(...command);
  before.wire.sent.forEach(({ answered }) => answered({ ok: false, error: { code: 'locked', message: 'Locked' } }));
  await kept.end();
  const next = tab({ store: kept.store, storage: items });
  await next.outbox.load();
  assert.equal(next.wire.sent.length, 0);
  assert.deepEqual(next.outbox.refused.map((entry) => [entry.command.text, entry.refused.message]), [['Mine', 'Locked'], ['Ask', 'Locked']]);
  next.outbox.retry(next.outbox.refused[1]);
  assert.deepEqual(next.wire.sent.map(({ command }) => [command.name, command.text, command.refused]), [['add_action', 'Ask', undefined]]);
});

test('a database that throws where one merely asks holds nothing up', async () => {
  globalThis.indexedDB = { open() { throw new Error('SecurityError'); } };
  const { outbox, wire } = made();
  delete globalThis.indexedDB;
  globalThis.localStorage = storage();
  await outbox.load();
  outbox.add('add_card', { card: 'card:a', text: 'One' });
  assert.deepEqual(wire.sent.map(({ command }) => command.text), ['One']);
});

test('hundreds at once go in order, a hundred under way at a time, and those that have not gone can be taken back', () => {
  const { outbox, wire } = made();
  outbox.addAll(Array.from({ length: 250 }, (_, i) => ({ name: 'add_card', card: `card:${i}`, text: `${i}` })));
  assert.equal(wire.sent.length, 100);
  wire.sent.slice(0, 50).forEach(({ answered }) => answered({ ok: true, seq: 1 }));
  assert.deepEqual(wire.sent.map(({ command }) => command.text), Array.from({ length: 150 }, (_, i) => `${i}`));
  assert.deepEqual(outbox.withdraw('add_card').map(({ text }) => text), Array.from({ length: 100 }, (_, i) => `${150 + i}`));
  wire.sent.slice(50).forEach(({ answered }) => answered({ ok: true, seq: 1 }));
  assert.deepEqual([outbox.entries.length, wire.sent.length], [0, 150]);
});

test('what is not answered is sent again over the next connection, in order and under the same ids', () => {
  const { outbox, wire } = made();
  for (const text of ['One', 'Two']) outbox.add('add_card', { card: `card:${text}`, text });
  const first = wire.sent.map(({ command }) => command.id);
  outbox.disconnected();
  outbox.flush();
  assert.deepEqual(wire.sent.map(({ command }) => command.text), ['One', 'Two', 'One', 'Two']);
  assert.deepEqual(wire.sent.slice(2).map(({ command }) => command.id), first);
});

test('nothing goes while there is no connection, and all of it afterwards', () => {
  const { outbox, wire } = made();
  wire.up = false;
  outbox.add('add_card', { card: 'card:a', text: 'One' });
  assert.equal(outbox.waiting.length, 1);
  wire.up = true;
  outbox.flush();
  assert.equal(wire.sent.length, 1);
  outbox.flush();
  assert.equal(wire.sent.length, 1);
});

test('nothing is sent before what an earlier visit left is known', () => {
  const { outbox, wire } = made();
  outbox.loaded = false;
  outbox.add('add_card', { card: 'card:new', text: 'New' });
  assert.equal(wire.sent.length, 0);
  outbox.loaded = true;
  outbox.flush();
  assert.equal(wire.sent.length, 1);
});

test('an answered command is gone, and whoever did it is told', async () => {
  const { outbox, wire } = made();
  const told = outbox.add('agree', { card: 'card:a' });
  wire.sent[0].answered({ ok: true, seq: 3 });
  assert.deepEqual(await told, { ok: true, seq: 3 });
  assert.equal(outbox.entries.length, 0);
});

test('a refused card stays in sight until it is dismissed; another refused act does not', () => {
  const { outbox, wire } = made();
  outbox.add('add_card', { card: 'card:a', text: 'Not now' });
  outbox.add('agree', { card: 'card:b' });
  for (const { answered } of wire.sent) answered({ ok: false, error: { code: 'locked', message: 'Locked' } });
  assert.equal(outbox.waiting.length, 0);
  assert.deepEqual(outbox.refused.map((entry) => entry.command.text), ['Not now']);
  outbox.dismiss(outbox.refused[0]);
  assert.equal(outbox.entries.length, 0);
});

test('an action and a theme on their way are seen, and the theme has its cards', () => {
  const card = { type: 'card', id: 'card:a', text: 'Budget' };
  const waiting = [
    { id: '1', name: 'add_theme', theme: 'theme:t', title: 'Money', cards: ['card:a'] },
    { id: '2', name: 'add_action', action: 'action:x', text: 'Ask', owner: 'Zoé', due: null, theme: 'theme:t' },
  ];
  assert.equal(optimistic('theme:t', undefined, waiting, null).title, 'Money');
  assert.equal(optimistic('card:a', card, waiting, null).theme, 'theme:t');
  const action = optimistic('action:x', undefined, waiting, null);
  assert.deepEqual([action.text, action.owner, action.state, action.waiting], ['Ask', 'Zoé', 'proposed', true]);
  assert.equal(optimistic('theme:t', { type: 'theme', id: 'theme:t', title: 'Sent' }, waiting, null).title, 'Sent');
});

test('what is written after a clock was set back is sent after what was written before', async () => {
  const kept = database();
  const items = storage();
  const now = Date.now;
  const before = tab({ store: kept.store, storage: items });
  before.outbox.add('add_card', { card: 'card:a', text: 'One' });
  Date.now = () => now() - 3_600_000;
  before.outbox.add('edit_card', { card: 'card:a', text: 'Two' });
  await kept.end();
  const next = tab({ store: kept.store, storage: items });
  await next.outbox.load();
  next.wire.up = false;
  next.outbox.add('edit_card', { card: 'card:a', text: 'Three' });
  Date.now = now;
  await kept.end();
  const last = tab({ store: kept.store, storage: items });
  await last.outbox.load();
  assert.deepEqual(last.wire.sent.map(({ command }) => command.text), ['One', 'Two', 'Three']);
});

test('what the server has answered still counts until the records show it, and no longer', () => {
  const { outbox, wire } = made();
  const card = { type: 'card', id: 'card:a', seq: 3, kind: 'anchor', x: 0.5, y: 0.7, weight: 0.1, text: 'One', agrees: 0 };
  const weight = () => optimistic('card:a', card, outbox.about('card:a'), 'person:me').weight;
  outbox.seen(3, false);
  outbox.add('weigh_card', { card: 'card:a', weight: 0.2 });
  outbox.add('weigh_card', { card: 'card:a', weight: 0.3 });
  wire.sent[0].answered({ ok: true, seq: 4 });
  assert.equal(weight(), 0.3, 'the later one');
  wire.sent[1].answered({ ok: true, seq: 6 });
  assert.equal(outbox.waiting.length, 0);
  assert.equal(weight(), 0.3, 'the records do not show it yet');
  outbox.seen(5, false);
  assert.deepEqual(outbox.about('card:a').map(({ weight }) => weight), [0.3]);
  outbox.seen(6, false);
  assert.deepEqual(outbox.about('card:a'), [], 'the records show it');
});

test('a board that replaces all others shows nothing of what was answered before, and an old answer adds nothing', () => {
  const { outbox, wire } = made();
  outbox.seen(7, false);
  outbox.add('agree', { card: 'card:a' });
  outbox.add('agree', { card: 'card:b' });
  wire.sent[0].answered({ ok: true, seq: 8 });
  assert.equal(outbox.about('card:a').length, 1);
  outbox.seen(5, true);
  assert.equal(outbox.about('card:a').length, 0, 'a restored backup has it not');
  wire.sent[1].answered({ ok: true, seq: 4 });
  assert.equal(outbox.about('card:b').length, 0, 'done under this id long ago');
});
