// Numbers, dates, hours and plurals as Europeans write them, in each language.
import assert from 'node:assert/strict';
import { test } from 'node:test';

globalThis.document = { getElementById: () => null };
const { page } = await import('../../static/src/page/page.js');

/** The scripts as they are on a page in a language. */
async function speaking(language) {
  page.language = language;
  return import(`../../static/src/page/i18n.js?${language}`);
}

const [english, french] = [await speaking('en'), await speaking('fr')];

test('English dates are those of Europe, day first', () => {
  assert.equal(english.day('2026-11-25'), '25 November 2026');
  assert.equal(english.day('2027-01-01'), '1 January 2027');
});

test('French dates are French', () => {
  assert.equal(french.day('2026-11-25'), '25 novembre 2026');
  assert.equal(french.day('2026-11-01'), '1er novembre 2026');
  assert.match(french.moment(new Date(2026, 10, 1, 9, 30).getTime()), /^1er novembre.* 09:30$/);
});

test('a day is the same day in every time zone', () => {
  const before = process.env.TZ;
  for (const zone of ['Pacific/Kiritimati', 'Pacific/Midway']) {
    process.env.TZ = zone;
    assert.equal(english.day('2026-11-25'), '25 November 2026');
  }
  if (before === undefined) delete process.env.TZ;
  else process.env.TZ = before;
});

test('hours are counted to twenty-four in both languages', () => {
  const evening = new Date(2026, 10, 25, 21, 5).getTime();
  assert.match(english.moment(evening), /^25 November.* 21:05$/);
  assert.match(french.moment(evening), /^25 novembre.* 21:05$/);
});

test('numbers have the point or the comma, and the spaces, of their language', () => {
  assert.equal(english.number(1234.5), '1,234.5');
  assert.equal(french.number(1234.5), '1\u202f234,5');
  assert.deepEqual([english.number(2), french.number(2)], ['2', '2']);
});

test('none is plural in English and singular in French', () => {
  const said = ({ plural }, words) => [0, 1, 1.5, 2, 1234.5].map((n) => plural(n, ...words));
  assert.deepEqual(said(english, ['{n} knot', '{n} knots']), ['0 knots', '1 knot', '1.5 knots', '2 knots', '1,234.5 knots']);
  assert.deepEqual(said(french, ['{n} nœud', '{n} nœuds']), ['0 nœud', '1 nœud', '1,5 nœud', '2 nœuds', '1\u202f234,5 nœuds']);
});
