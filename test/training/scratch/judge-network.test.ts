import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LookedAt } from '../../../training/adapt/view-features.ts';
import { takeRows, rowsOf } from '../../../training/evaluate/rows.ts';
import type { RunData } from '../../../training/run-data.ts';
import { type Looked, judgeNetwork, judgedPhotos } from '../../../training/scratch/judge-network.ts';
import { judgeFigures } from '../../../training/scratch/network-verdict.ts';
import { uniform } from '../graph/draw.ts';

const [photos, held, dim] = [120, 40, 8];
const data = {
  groups: Int32Array.from({ length: photos }, (_, at) => at),
  labels: Int32Array.from({ length: photos }, (_, at) => at % 4),
  classes: 4,
  heldOut: Int32Array.from({ length: held }, (_, at) => at),
  train: Int32Array.from({ length: photos - held }, (_, at) => held + at),
} as unknown as RunData;
const judged = judgedPhotos(data, {
  judged: { asked: held, known: photos - held },
  request: { seed: 1 } as never,
});

/** Features in which photos of one class lie together, as far as noise lets them. */
function lookedAt(noise: number, seed: number): Looked {
  const kinds = uniform(99, 4 * dim);
  const own = uniform(seed, photos * dim, -noise, noise);
  const look = (places: Int32Array, views: number): LookedAt => {
    const values = new Float32Array(places.length * views * dim);
    for (const [row, at] of places.entries())
      for (let view = 0; view < views; view++) {
        const shaken = uniform(seed + 1000 * view + at, dim, -0.3 * noise, 0.3 * noise);
        const vector = Array.from(
          shaken,
          (value, d) => value + kinds[(at % 4) * dim + d]! + own[at * dim + d]!,
        );
        const length = Math.hypot(...vector);
        values.set(
          vector.map((value) => value / length),
          (row * views + view) * dim,
        );
      }
    return {
      features: {
        count: places.length,
        views,
        dim,
        values,
        rows: (view, rows) =>
          takeRows(
            rowsOf(values, dim),
            Array.from(rows, (row) => row * views + view),
          ),
      },
      embedding: null,
      readable: new Uint8Array(places.length).fill(1),
    };
  };
  return { asked: look(judged.asked, 3), known: look(judged.known, 1) };
}

const judge = (before: number, after: number) =>
  judgeNetwork(lookedAt(before, 5), lookedAt(after, 7), judged, data, 1);

test('photos held out are asked about, each kind of question once, and similarities are read by drawn views', () => {
  const { compared, likeness, moved } = judge(1, 1);
  assert.deepEqual(
    compared.map(({ what, queries }) => [what, queries]),
    ['half', 'class', 'knn'].map((what) => [what, held]),
  );
  assert.ok(likeness.weight > 0 && moved! > 0 && moved! < 2);
});

test('a network below its base is worse, one above it better', () => {
  const of = (before: number, after: number) =>
    judgeFigures({ ...judge(before, after), moved: null }, true, held).verdict;
  assert.equal(of(0.5, 3), 'worse');
  assert.equal(of(3, 0.5), 'better');
});

test('a photo that one of both could not read is neither asked about nor looked for', () => {
  const [before, after] = [lookedAt(1, 5), lookedAt(1, 7)];
  after.asked.readable[3] = 0;
  before.known.readable[2] = 0;
  const { compared } = judgeNetwork(before, after, judged, data, 1);
  assert.equal(compared[0]!.queries, held - 1);
});
