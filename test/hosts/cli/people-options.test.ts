import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PersonCard } from '../../../src-main/contract/people.ts';
import { likeness } from './stand-ins.ts';

const card = (id: PersonCard['id'], name: string | null): PersonCard => ({
  id,
  name,
  hidden: false,
  faces: 3,
  photos: 2,
  cover: 1,
  fan: [1],
  fromMs: null,
  toMs: null,
});
const list = {
  people: [card('p3', 'Ána'), card('p4', 'Ana'), card('p5', 'Zoë Đorđević'), card('p6', null)],
  groups: [card('g45', null)],
  hidden: 0,
  unknown: 0,
  ignored: 0,
  questions: 0,
};
const state = { on: true, looked: 5, waiting: 0, faces: 9, people: 4 };
const answers = { 'people.list': list, 'people.state': state };
const filterOf = async (...argv: string[]) => {
  const { asked, stderr } = await likeness(['search', ...argv], { answers });
  const [, input] = asked.find(([name]) => name === 'search') ?? assert.fail(stderr);
  return (input as { filter?: unknown }).filter;
};

test('persons are named by name or id; all, any and none are kept apart', async () => {
  assert.deepEqual(
    await filterOf('beach', '--person', 'ana', '--person', 'g45', '--without', 'zoe dordevic'),
    {
      people: { all: ['p4', 'g45'], any: [], none: ['p5'] },
    },
  );
  assert.deepEqual(await filterOf('--any-of', 'Ána', '--any-of', 'p6'), {
    people: { all: [], any: ['p3', 'p6'], none: [] },
  });
  assert.equal(await filterOf('beach'), undefined);
});

test('a number of faces is one number or a range', async () => {
  const counts = {
    2: { min: 2, max: 2 },
    '2..': { min: 2 },
    '..3': { max: 3 },
    '2..4': { min: 2, max: 4 },
    0: { min: 0, max: 0 },
  };
  for (const [given, faces] of Object.entries(counts))
    assert.deepEqual(await filterOf('--faces', given), { faces });
  for (const wrong of ['', '..', 'two', '4..2', '-1', '1.5', '99999', '2...3']) {
    const { code, stderr } = await likeness(['search', 'x', `--faces=${wrong}`], { answers });
    assert.equal(code, 2, wrong);
    assert.match(stderr, /--faces cannot be “.*2\.\./s);
  }
});

test('a name that nobody has is answered with the nearest, and nobody is known while faces are off', async () => {
  const unknown = await likeness(['search', '--person', 'Anna'], { answers });
  assert.equal(unknown.code, 1);
  assert.match(unknown.stderr, /Did you mean “[ÁA]na”/);
  const gone = await likeness(['search', '--person', 'p99'], { answers });
  assert.match(gone.stderr, /Nobody is called “p99”/);
  const off = await likeness(['search', '--person', 'Ana'], {
    answers: { ...answers, 'people.state': { ...state, on: false } },
  });
  assert.equal(off.code, 2);
  assert.match(off.stderr, /Faces are turned off/);
});

test('with people no words are needed, without them they are', async () => {
  const { asked } = await likeness(['search', '--person', 'Ana'], { answers });
  assert.equal((asked.at(-1)![1] as { query: string }).query, '');
  assert.equal((await likeness(['search'], { answers })).code, 2);
  const nothing = {
    query: '',
    results: [],
    total: 0,
    relevant: 0,
    histogram: [],
    encoder: 'tiny',
    milliseconds: 1,
  };
  const { stdout } = await likeness(['search', '--faces', '9'], { answers: { ...answers, search: nothing } });
  assert.match(stdout, /No photo of the library fits that/);
});
