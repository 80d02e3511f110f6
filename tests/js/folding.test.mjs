// One folding of words for every search: the same as in the library.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { finds, fold } from '../../static/src/page/folding.js';

const CASES = JSON.parse(readFileSync(new URL('../domain/foldings.json', import.meta.url), 'utf8'));

for (const [text, searched] of CASES) {
  test(`"${text.trim()}" is searched as the library does`, () => {
    assert.equal(fold(text), searched);
    assert.equal(fold(fold(text)), fold(text));
  });
}

test('nothing sought finds everything, and half a word finds the whole', () => {
  assert.ok(finds(['Le Wi-Fi'], ''));
  assert.ok(finds(['Rien', 'L’Équipe'], 'lequi'));
  assert.ok(!finds(['Le Wi-Fi'], 'filet'));
});
