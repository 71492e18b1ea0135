import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { LikenessError } from '../../../src-main/contract/errors.ts';
import { linesOf } from '../../../src-main/hosts/cli/lists.ts';
import { commands } from '../../../src-main/hosts/cli/main.ts';
import { nearest, slipsBetween } from '../../../src-main/hosts/cli/nearest.ts';
import { npyMatrix } from '../../../src-main/hosts/cli/npy.ts';
import { parseLine } from '../../../src-main/hosts/cli/parse.ts';
import { bytes, columns, duration, widthOf } from '../../../src-main/hosts/cli/table.ts';

test('options may stand before and after the command and its arguments', () => {
  for (const line of [
    '--json search a b --limit 3',
    'search --limit=3 a --json b',
    'search a b --json --limit 3',
  ]) {
    const { globals, command, args, options } = parseLine(line.split(' '), commands);
    assert.deepEqual([globals.json, command?.name, args, options.limit], [true, 'search', ['a', 'b'], 3]);
  }
});

test('after -- everything is an argument', () => {
  assert.deepEqual(parseLine(['photo', '--', '--json'], commands).args, ['--json']);
});

test('an option that may be repeated keeps its order', () => {
  const { options } = parseLine(['embed', '--text', 'a', '--text=b', '--text', '-c'], commands);
  assert.deepEqual(options.text, ['a', 'b', '-c']);
});

test('whatever is typed is either understood or a bad-input with two sentences', () => {
  const word = fc.oneof(
    fc.constantFrom(
      ...commands.flatMap(({ name, options }) => [...name.split(' '), ...Object.keys(options)]),
    ),
    fc.constantFrom(
      '--',
      '-',
      '-h',
      '--help',
      '--json',
      '--library',
      '--limit',
      '-1',
      '=',
      '--__proto__',
      '--no-json',
    ),
    fc.string({ maxLength: 6 }),
    fc.string({ maxLength: 6 }).map((text) => `--${text}`),
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 7 }), (argv) => {
      try {
        const { command, args, globals } = parseLine(argv, commands);
        if (command && !globals.help)
          assert.ok(args.length >= command.count[0] && args.length <= command.count[1]);
      } catch (thrown) {
        assert.ok(thrown instanceof LikenessError, String(thrown));
        assert.equal(thrown.code, 'bad-input');
        assert.ok(thrown.message.length > 0 && thrown.hint.length > 0);
      }
    }),
    { numRuns: 3000 },
  );
});

test('slips are counted as a dictionary would: symmetric, zero for equal words, one for a swap', () => {
  assert.equal(slipsBetween('serach', 'search'), 1);
  assert.equal(slipsBetween('', 'abc'), 3);
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 });
  fc.assert(
    fc.property(word, word, (a, b) => {
      assert.equal(slipsBetween(a, b), slipsBetween(b, a));
      assert.equal(slipsBetween(a, b) === 0, a === b);
      assert.ok(slipsBetween(a, b) <= Math.max(a.length, b.length));
    }),
  );
});

test('a guess is only made for a word that is near', () => {
  assert.equal(nearest('stat', ['status', 'search']), 'status');
  assert.equal(nearest('Serch', ['status', 'search']), 'search');
  assert.equal(nearest('xyz', ['status', 'search']), null);
});

test('a matrix written as .npy reads back as it was', () => {
  const matrix = fc.integer({ min: 1, max: 5 }).chain((dim) =>
    fc.tuple(
      fc.constant(dim),
      fc.array(fc.option(fc.float32Array({ minLength: dim, maxLength: dim, noNaN: true })), {
        maxLength: 20,
      }),
    ),
  );
  fc.assert(
    fc.property(matrix, ([dim, rows]) => {
      const file = Buffer.from(npyMatrix(rows, dim));
      const start = 10 + file.readUInt16LE(8);
      const shape = /'shape': \((\d+), (\d+)\)/.exec(file.toString('latin1', 10, start));
      assert.deepEqual([Number(shape?.[1]), Number(shape?.[2])], [rows.length, dim]);
      assert.equal(file[start - 1], 0x0a);
      assert.equal(file.length, start + rows.length * dim * 4);
      for (const [i, row] of rows.entries()) {
        for (let j = 0; j < dim; j++) {
          const read = file.readFloatLE(start + (i * dim + j) * 4);
          assert.ok(Object.is(read, row?.[j] ?? Number.NaN));
        }
      }
    }),
  );
  assert.throws(() => npyMatrix([new Float32Array(2)], 3), RangeError);
});

test('a list keeps its lines whatever their ends, empty ones too', () => {
  assert.deepEqual(linesOf('\uFEFFa\r\nb c\n\nd'), ['a', 'b c', '', 'd']);
  assert.deepEqual(linesOf('a\n'), ['a']);
  assert.deepEqual(linesOf(''), []);
});

test('columns stand under one another in every script', () => {
  assert.equal(
    columns([
      ['写真', 'a'],
      ['foto', 'b'],
      ['📷', 'c'],
    ]),
    '写真  a\nfoto  b\n📷    c',
  );
  assert.deepEqual(['é', 'e\u0301', '写', '👨‍👩‍👧'].map(widthOf), [1, 1, 2, 2]);
});

test('sizes and times are short and never promise too much', () => {
  assert.deepEqual([0, 999, 1000, 9_229_546, 999_600].map(bytes), ['0 B', '999 B', '1 kB', '9.2 MB', '1 MB']);
  assert.deepEqual([0.2, 90, 91, 3_599, 3_900].map(duration), [
    '1 s',
    '90 s',
    '2 min',
    '1 h 0 min',
    '1 h 5 min',
  ]);
});
