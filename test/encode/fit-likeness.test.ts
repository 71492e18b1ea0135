import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { dot } from '../../models/embedding.ts';
import { relevance } from '../../models/relevance.ts';
import { embedFiles } from '../../src-main/encode/embed.ts';
import { fitLikeness } from '../../src-main/encode/fit-likeness.ts';
import { PhotoEncoder } from '../../src-main/encode/photo-encoder.ts';
import { temporaryFolder } from '../store/temporary-library.ts';
import { builtInEncoder } from './drawn-photos.ts';

const dir = temporaryFolder();
const patienceMs = 100_000;
const paths: string[] = [];
let encoder: PhotoEncoder;
before(async () => {
  encoder = await PhotoEncoder.open(builtInEncoder, { threads: 1 });
  // A disc on a ground, each time of other colours, size and place.
  for (let at = 0; at < 44; at++) {
    const hue = (step: number) => `hsl(${(at * step) % 360} 70% ${30 + ((at * 13) % 40)}%)`;
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="160" height="120"><rect width="160" height="120" fill="${hue(47)}"/>
      <circle cx="${30 + ((at * 29) % 100)}" cy="${30 + ((at * 17) % 60)}" r="${15 + (at % 5) * 8}" fill="${hue(101)}"/></svg>`;
    paths.push(join(dir, `${at}.png`));
    await sharp(Buffer.from(svg)).png().toFile(paths[at]!);
  }
});
after(() => encoder.close());

test('the line lies between photos that are alike and photos that are not, the same every time', async () => {
  const fit = await fitLikeness(paths, { encoder, patienceMs });
  assert.deepEqual(await fitLikeness(paths, { encoder, patienceMs }), fit);
  assert.ok(fit && fit.weight > 0);
  const outcomes = await embedFiles(paths, { encoder, output: 'features', decodes: 1 });
  const vectors = outcomes.map((outcome) => (outcome.ok ? outcome.vector : assert.fail()));
  const others = vectors.flatMap((one, at) =>
    vectors.slice(at + 1).map((two) => relevance(fit, dot(one, two))),
  );
  const alike = others.filter((value) => value > 0.5).length;
  assert.ok(alike / others.length < 0.2, `${alike} of ${others.length} different drawings count as alike`);
  assert.ok(relevance(fit, 1) > 0.5);
});

test('photos that cannot be read are passed over; with too few, or no time, there is no fit', async () => {
  const broken = join(dir, 'broken.jpg');
  writeFileSync(broken, 'no picture');
  assert.ok(
    await fitLikeness([broken, join(dir, 'gone.jpg'), ...paths.slice(0, 40)], { encoder, patienceMs }),
  );
  assert.equal(await fitLikeness([broken, ...paths.slice(0, 39)], { encoder, patienceMs }), null);
  assert.equal(await fitLikeness(paths, { encoder, patienceMs: 0 }), null);
});

const archive = join(import.meta.dirname, '../../../shared/photos/flickr8k/dev/photos.tar');
test(
  'from 50 photos the line of the built-in encoder comes out as from the thousand of its card',
  { skip: existsSync(archive) ? false : 'no ../shared/photos here' },
  async () => {
    const photos = join(dir, 'flickr');
    mkdirSync(photos);
    execFileSync('tar', ['xf', archive, '-C', photos]);
    const all = readdirSync(photos).sort();
    const few = Array.from({ length: 50 }, (_, at) =>
      join(photos, all[Math.floor(((at + 0.5) * all.length) / 50)]!),
    );
    const fit = await fitLikeness(few, { encoder, patienceMs });
    const lineOf = ({ bias, weight }: { bias: number; weight: number }) => -bias / weight;
    const [found, known] = [lineOf(fit!), lineOf(encoder.card.calibration.likeness)];
    console.log(`the line lies at ${found.toFixed(3)}; from 1,000 photos at ${known.toFixed(3)}`);
    assert.ok(Math.abs(found - known) < 0.05, `${found}, ${known}`);
  },
);
