// The browser's "may I" agrees with the table of permissions: phases, the lock, a free workshop, a closed one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isTime, may } from '../../static/src/sync/rights.js';

const state = (phase, more = {}) => ({ phase, locked: false, settings: { free: false }, ...more });
const free = { settings: { free: true } };

test('participants may write only where writing is asked for', () => {
  assert.equal(may('add_card', state('share'), false), true);
  assert.equal(may('add_card', state('group'), false), false);
  assert.equal(may('add_card', state('group'), true), true);
});

test('what is for facilitators is never for participants, in a free workshop neither', () => {
  assert.equal(may('reveal', state('share', free), false), false);
  assert.equal(may('reveal', state('share'), true), true);
});

test('a free workshop opens everything but a closed one', () => {
  assert.equal(may('vote', state('write', free), false), true);
  assert.equal(may('vote', state('closed', free), false), false);
  assert.equal(may('rename_workshop', state('closed'), true), true);
});

test('a lock stops participants but in what is their right, and it stays the time', () => {
  const locked = { locked: true };
  assert.equal(may('add_card', state('write', locked), false), false);
  assert.equal(isTime('add_card', state('write', locked), false), true);
  assert.equal(may('ready', state('write', locked), false), true);
  assert.equal(may('add_card', state('write', locked), true), true);
});

test('before anything is known nobody may', () => {
  assert.equal(may('add_card', undefined, true), false);
});
