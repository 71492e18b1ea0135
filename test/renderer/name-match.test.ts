import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSameName, matchNames } from '../../src-renderer/parts/name-match.ts';

const known = ['Ana Kovač', 'Benoît', 'Anaïs', '李小龙', 'Mo Salah'].map((name) => ({ name }));
const matched = (typed: string, most = 9) => matchNames(typed, known, most).map(({ name }) => name);

test('names fit whose words begin as what is typed does, without accents and case', () => {
  assert.deepEqual(matched('ana'), ['Ana Kovač', 'Anaïs']);
  assert.deepEqual(matched('KOVAC an'), ['Ana Kovač']);
  assert.deepEqual(matched('benoi'), ['Benoît']);
  assert.deepEqual(matched('小'), ['李小龙']);
  assert.deepEqual(matched('lah'), []);
});

test('without a word all fit, so many at most', () => {
  assert.equal(matched('').length, known.length);
  assert.deepEqual(matched(' ', 2), ['Ana Kovač', 'Benoît']);
});

test('a name joins another whatever its case and its form of Unicode, but not without its accents', () => {
  assert.ok(isSameName(' ana KOVAČ', 'Ana Kovač'.normalize('NFD')));
  assert.ok(!isSameName('Ana Kovac', 'Ana Kovač'));
});
