// Our own commands, shown before they have arrived.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { optimistic } from '../../static/src/sync/optimistic.js';
import { madeBy, recordsOf } from '../../static/src/sync/writings.js';
import { nearestInside, placeOfWeight, stepOf, weightAt, weightOf, KINDS } from '../../static/src/board/scene.js';
import { Layout } from '../../static/src/board/layout.js';
import { balance } from '../../static/src/board/mood.js';
import { notesOf } from '../../static/src/board/stacks.js';

const add = { id: 'command-1', name: 'add_card', card: 'card:a', kind: 'anchor', text: 'Budget', weight: 0.75 };

test('a card on its way is shown as waiting, mine, with its weight', () => {
  const card = optimistic('card:a', undefined, [add], 'person:me');
  assert.equal(card.waiting, true);
  assert.equal(card.author, 'person:me');
  assert.ok(Math.abs(card.weight - 0.75) <= 0.01);
});

test('once the server has sent it, the server has the word', () => {
  const sent = { type: 'card', id: 'card:a', seq: 4, kind: 'anchor', text: 'Budget', x: 1, y: 2, weight: 0.5 };
  assert.equal(optimistic('card:a', sent, [add], null), sent);
});

test('a card that changes its kind goes to a place of the same weight, or to the one given', () => {
  const card = { type: 'card', id: 'card:a', seq: 4, kind: 'anchor', text: 'Budget', x: 300, y: 850, weight: 1 };
  const change = { id: 'c', name: 'change_kind', card: 'card:a', kind: 'wind' };
  const free = optimistic('card:a', card, [change], null);
  assert.deepEqual([free.kind, free.x, free.weight], ['wind', 560, 1]);
  const given = optimistic('card:a', card, [{ ...change, x: 110, y: 9000 }], null);
  assert.deepEqual([given.kind, given.x, given.y, given.weight], ['wind', 110, 400, 0]);
});

test('what concerns another record changes nothing', () => {
  assert.equal(optimistic('card:b', undefined, [add], null), undefined);
});

test('votes count at once', () => {
  const vote = optimistic('vote:card:a', undefined, [{ id: 'c', name: 'vote', target: 'card:a', count: 2 }], null);
  assert.equal(vote.mine, 2);
  assert.deepEqual(recordsOf({ id: 'c', name: 'vote', target: 'card:a' }), ['vote:card:a']);
});

test('weights and places agree with each other for every kind and step', () => {
  for (const kind of KINDS) {
    for (let step = 1; step <= 5; step++) {
      const place = placeOfWeight(kind, weightOf(step));
      assert.deepEqual(nearestInside(kind, place.x, place.y), place);
      assert.ok(Math.abs(weightAt(kind, place) - weightOf(step)) <= 0.01);
      assert.equal(stepOf(weightAt(kind, place)), step);
    }
  }
});

test('the boat answers to the balance of wind and brakes', () => {
  assert.equal(balance([]), 0);
  assert.ok(balance([{ kind: 'wind', weight: 1 }]) > 0.9);
  assert.ok(balance([{ kind: 'wind', weight: 0.2 }, { kind: 'anchor', weight: 1 }, { kind: 'shark', weight: 1 }]) < 0);
});

test('a theme has a stack in the zone of each of its kinds, and stacks do not cover each other', () => {
  const cards = [1, 2, 3, 4, 5, 6].map((n) => ({
    id: `card:${n}`, kind: n < 6 ? 'anchor' : 'wind', x: 400 + n, y: 700, weight: 0.5, theme: n % 2 ? 'theme:odd' : 'theme:even',
  }));
  const themes = new Map(['odd', 'even'].map((name) => [`theme:${name}`, { id: `theme:${name}`, title: name }]));
  const notes = notesOf(cards, themes);
  assert.deepEqual(notes.map(({ id, kind, cards: within, all }) => [id, kind, within.length, all]), [
    ['theme:odd', 'anchor', 3, undefined], ['theme:even', 'anchor', 2, 3], ['theme:even/wind', 'wind', 1, 3],
  ]);
  assert.deepEqual(notes.map(({ target }) => target), ['theme:odd', 'theme:even', 'theme:even']);
  new Layout().settle(notes, 1.25);
  assert.ok(Math.abs(notes[0].x - notes[1].x) > 150 || Math.abs(notes[0].y - notes[1].y) > 90);
});

test('a link is there and gone as soon as it is made and undone, once', () => {
  const id = 'link:card:w>card:b';
  const tie = { id: 'command-1', name: 'link', wind: 'card:w', brake: 'card:b' };
  const made = optimistic(id, undefined, [tie], 'person:me');
  assert.deepEqual(made, { type: 'link', id, seq: 0, wind: 'card:w', brake: 'card:b' });
  assert.equal(madeBy(tie), id);
  assert.deepEqual(recordsOf(tie), [id]);
  const record = { ...made, seq: 7 };
  assert.equal(optimistic(id, record, [tie], 'person:me'), record, 'what is there stays as it is');
  const untie = { ...tie, name: 'unlink' };
  assert.equal(madeBy(untie), undefined);
  assert.equal(optimistic(id, record, [untie], 'person:me'), null);
  assert.equal(optimistic(id, record, [untie, tie], 'person:me').seq, 0);
  assert.equal(optimistic('link:card:w>card:c', undefined, [tie], 'person:me'), undefined, 'another one');
});

test('a command makes the record that it adds, and others none', () => {
  assert.equal(madeBy({ id: '1', name: 'add_theme', theme: 'theme:a', cards: ['card:a'] }), 'theme:a');
  assert.equal(madeBy({ id: '1', name: 'add_card', card: 'card:a' }), 'card:a');
  assert.equal(madeBy({ id: '1', name: 'edit_card', card: 'card:a' }), undefined);
});
