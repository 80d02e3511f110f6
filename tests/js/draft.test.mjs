// A card being written: kept from key to key, taken away by whoever sent it and by nobody else.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

const items = {};
Object.defineProperties(items, {
  getItem: { value: (name) => items[name] ?? null },
  setItem: { value: (name, value) => { items[name] = value; } },
  removeItem: { value: (name) => { delete items[name]; } },
});
globalThis.localStorage = items;
const { Drafts } = await import('../../static/src/sync/draft.js');
const draft = (text) => ({ text, kind: 'wind', weight: 0.5, forWhom: '' });
const card = () => new Drafts('CODE42', 'card');

beforeEach(() => Object.keys(items).forEach((name) => delete items[name]));

test('a draft is there for the next visit, with its kind, and gone once it was sent', () => {
  const [one, next] = [card(), card()];
  one.open();
  one.keep(draft('Half a sent'));
  assert.deepEqual({ ...next.open(), at: 0 }, { ...draft('Half a sent'), at: 0 });
  assert.deepEqual(new Drafts('CODE43', 'card').open(), {});
  assert.deepEqual(new Drafts('CODE42', 'action').open(), {});
  next.keep(draft(''));
  assert.deepEqual(Object.keys(items), []);
});

test('an empty tab takes nothing away from one in which somebody writes', () => {
  const [writing, empty] = [card(), card()];
  empty.open();
  writing.open();
  writing.keep(draft('Mine'));
  empty.keep(draft(''));
  assert.equal(card().open().text, 'Mine');
});

test('two tabs that go on from one draft keep two, each to be had again', () => {
  const first = card();
  first.keep(draft('We'));
  const [one, other] = [card(), card()];
  one.open();
  other.open();
  one.keep(draft('We need money'));
  other.keep(draft('We need time'));
  one.keep(draft('We need money now'));
  const texts = card().places().map((place) => JSON.parse(items[place]).text);
  assert.deepEqual(texts.sort(), ['We need money now', 'We need time']);
  one.keep(draft(''));
  assert.equal(one.others(), 1);
  assert.equal(one.open().text, 'We need time');
});

test('a card begun before the person changed, or before the last release, is there', () => {
  items['speedboat:draft:CODE42|person:AAAAAAAAAAAAAAAA'] = JSON.stringify(draft('Half'));
  const next = card();
  assert.equal(next.open().text, 'Half');
  next.keep(draft(''));
  assert.deepEqual(Object.keys(items), []);
});

test('a draft that cannot be read is none, and one that cannot be kept lives as long as the page', () => {
  items['speedboat:draft:CODE42|card|x'] = '{"text":';
  assert.deepEqual(card().open(), {});
  Object.defineProperty(globalThis, 'localStorage', { configurable: true, get() { throw new Error('SecurityError'); } });
  const one = card();
  one.keep(draft('Half'));
  assert.equal(card().open().text, 'Half');
  one.keep(draft(''));
  Object.defineProperty(globalThis, 'localStorage', { configurable: true, value: items });
});
