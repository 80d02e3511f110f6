// What comes from Word and Excel by the clipboard.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { cardText, linesOf } from '../../static/src/panels/participant/pasted_lines.js';

test('each line is a card, empty ones are none', () => {
  assert.deepEqual(linesOf('Pas de budget\r\n\r\n  Peu de temps  \nLe sourire\n'), ['Pas de budget', 'Peu de temps', 'Le sourire']);
  assert.deepEqual(linesOf(''), []);
  assert.deepEqual(linesOf('\n \n'), []);
});

test('bullets of Word go, what was typed stays', () => {
  assert.deepEqual(linesOf('•\tPas de budget\n·\tPeu de temps\no\tLe sourire\n§\tUn sponsor\n–\tLe bus\n• La salle'), [
    'Pas de budget', 'Peu de temps', 'Le sourire', 'Un sponsor', 'Le bus', 'La salle',
  ]);
  for (const typed of ['- 20 % de temps', 'o tempora', '–', '§ 3 du règlement', '3. Budget']) assert.deepEqual(linesOf(typed), [typed]);
});

test('marks before each of several lines are those of a list, before some of them they were meant', () => {
  for (const [one, other] of [['- ', '- '], ['* ', '* '], ['1. ', '2. '], ['– ', '– '], ['(1) ', '(2) ']]) {
    assert.deepEqual(linesOf(`${one}Pas de budget\n\n${other}Peu de temps`), ['Pas de budget', 'Peu de temps']);
    assert.equal(cardText(`${one}Pas de budget\n${other}Peu de temps`), 'Pas de budget\nPeu de temps');
  }
  assert.deepEqual(linesOf('- 20 % de temps\nPas de budget'), ['- 20 % de temps', 'Pas de budget']);
});

test('a quoted cell of Excel is one card, with its own quotes', () => {
  assert.deepEqual(linesOf('Budget\n"Pas de temps\npour ""préparer"""\nLe sourire'), ['Budget', 'Pas de temps pour "préparer"', 'Le sourire']);
  assert.deepEqual(linesOf('"a\nb"\tc\nd'), ['a b c', 'd']);
});

test('quotes that people write are no cell', () => {
  assert.deepEqual(linesOf('"On verra" dit-il\n"Jamais"'), ['"On verra" dit-il', '"Jamais"']);
  assert.deepEqual(linesOf('"jamais fermé\nencore'), ['"jamais fermé', 'encore']);
});

test('cells side by side are one text', () => {
  assert.deepEqual(linesOf('a\tb\tc'), ['a b c']);
});

test('one card keeps its lines, without bullets and tabs', () => {
  assert.equal(cardText('•\tPas de\tbudget\n•\tPeu de temps\n'), 'Pas de budget\nPeu de temps');
});
