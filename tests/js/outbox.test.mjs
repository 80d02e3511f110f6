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
