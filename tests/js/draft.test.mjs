// A card being written: kept from key to key, taken away by whoever sent it and by nobody else.
import assert from 'node:assert/strict';
import { test } from 'node:test';

const items = new Map();
globalThis.localStorage = {
  getItem: (name) => items.get(name) ?? null,
  setItem: (name, value) => items.set(name, value),
  removeItem: (name) => items.delete(name),
};
const OWNER = 'CODE|person:me';
const draft = (text) => ({ text, kind: 'wind', weight: 0.5, forWhom: '' });

/** Another tab: the same script, loaded apart. @param {string} name */
const tab = (name) => import(`../../static/src/sync/draft.js?${name}`);

test('a draft is there for the next visit, with its kind, and gone once it was sent', async () => {
  const [one, next] = [await tab('one'), await tab('next')];
  one.draftOf(OWNER);
  one.keepDraft(OWNER, draft('Half a sent'));
  assert.deepEqual(next.draftOf(OWNER), draft('Half a sent'));
  assert.deepEqual(next.draftOf('CODE|person:other'), {});
  next.draftOf(OWNER);
  next.keepDraft(OWNER, draft(''));
  assert.equal(items.size, 0);
});

test('an empty tab takes nothing away from one in which somebody writes', async () => {
  const [writing, empty] = [await tab('writing'), await tab('empty')];
  empty.draftOf(OWNER);
  writing.draftOf(OWNER);
  writing.keepDraft(OWNER, draft('Mine'));
  empty.keepDraft(OWNER, draft(''));
  assert.equal(writing.draftOf(OWNER).text, 'Mine');
});

test('of two tabs that write, one that sends leaves the draft of the other', async () => {
  const [one, other] = [await tab('sends'), await tab('writes on')];
  one.keepDraft(OWNER, draft('Sent soon'));
  other.keepDraft(OWNER, draft('Still thinking'));
  one.keepDraft(OWNER, draft(''));
  assert.equal(other.draftOf(OWNER).text, 'Still thinking');
});

test('a draft that cannot be read is none', async () => {
  const one = await tab('leaves');
  items.set(`speedboat:draft:${OWNER}`, '{"text":');
  assert.deepEqual(one.draftOf(OWNER), {});
});
