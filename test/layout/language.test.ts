import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { languageFrom } from '../../src-renderer/layout/language.ts';

test('the language of the system is used as it is', () => {
  for (const tag of ['de-CH', 'ar', 'zh-Hant-TW', 'en-US-u-va-posix']) assert.equal(languageFrom(tag), tag);
});

test('where the system names no language, a browser says en-US@posix: that is en-US', () => {
  assert.equal(languageFrom('en-US@posix'), 'en-US');
  assert.equal(languageFrom('de_DE.UTF-8'), 'de-DE');
  assert.equal(languageFrom('c'), 'en');
  assert.equal(languageFrom(''), 'en');
  assert.equal(languageFrom(undefined), 'en');
});

test('whatever is reported, Intl takes the answer', () => {
  fc.assert(
    fc.property(fc.string(), (reported) => {
      assert.equal(new Intl.NumberFormat(languageFrom(reported), { numberingSystem: 'latn' }).format(7), '7');
    }),
  );
});
