import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { formatWallClock } from '../../src-main/contract/clock.ts';
import { fractionMs, parseWrittenTime, parseZone } from '../../src-main/library/taken-time.ts';

test('the ways in which cameras and programs write a date are read', () => {
  const at = (text: string) => {
    const time = parseWrittenTime(text);
    return time && formatWallClock(time.wallMs, time.zoneMinutes);
  };
  assert.equal(at('2008:10:22 16:28:39'), '2008-10-22T16:28:39');
  assert.equal(at('2008:10:22 16:28:39\0'), '2008-10-22T16:28:39');
  assert.equal(at('2011-07-10T19:34:28.015+02:00'), '2011-07-10T19:34:28+02:00');
  assert.equal(at('2011-07-10T19:34:28Z'), '2011-07-10T19:34:28+00:00');
  assert.equal(at('2011-07-10T19:34'), '2011-07-10T19:34:00');
  assert.equal(at('2003-08-31'), '2003-08-31T00:00:00');
  assert.equal(at('2003-08'), '2003-08-01T00:00:00');
  assert.equal(at('2016:12:31 23:59:60'), '2016-12-31T23:59:59');
});

test('zeros, blanks and days that do not exist are no date', () => {
  for (const text of [
    '',
    '    :  :     :  :  ',
    '0000:00:00 00:00:00',
    '2008:00:00 00:00:00',
    '2008:13:01 00:00:00',
    '2008:02:30 12:00:00',
    '2023:02:29 12:00:00',
    '2008:10:22 24:00:00',
    '2008:10:22 16:60:00',
    '1500:01:01 00:00:00',
    '9999:99:99 99:99:99',
    'yesterday',
    '2008',
  ])
    assert.equal(parseWrittenTime(text), null, text);
});

test('a fraction of a second is kept', () => {
  assert.equal(parseWrittenTime('2011-07-10T19:34:28.015')!.wallMs % 1000, 15);
  assert.deepEqual(['7', '07', '123456', '', 'x', undefined].map(fractionMs), [700, 70, 123, 0, 0, 0]);
});

test('zones are minutes east of UTC, and none lies further off than 14 hours', () => {
  assert.deepEqual(
    ['+02:00', '-0330', 'Z', '-00:00', '+14:00', '+15:00', '+02:75', '2', '', undefined].map(parseZone),
    [120, -210, 0, 0, 840, null, null, null, null, null],
  );
});

test('every date that can be written is read back as it was', () => {
  const date = fc.date({ min: new Date('1826-01-01'), max: new Date('2100-12-31'), noInvalidDate: true });
  fc.assert(
    fc.property(date, (date) => {
      const whole = Math.floor(date.getTime() / 1000) * 1000;
      const iso = formatWallClock(whole, null);
      assert.equal(parseWrittenTime(iso)?.wallMs, whole);
      assert.equal(parseWrittenTime(iso.replaceAll('-', ':').replace('T', ' '))?.wallMs, whole);
    }),
  );
  fc.assert(fc.property(fc.string(), (text) => void parseWrittenTime(text)));
});
