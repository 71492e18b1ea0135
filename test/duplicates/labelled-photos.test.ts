/** The labelled pairs of real photos: what the whole search makes of each. Figures by class: docs/duplicates.md. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, test } from 'node:test';
import { createApp } from '../../src-main/app.ts';
import { type DuplicateClass, duplicateClasses } from '../../src-main/contract/duplicate-kinds.ts';
import { forkChild } from '../../src-main/jobs/child-link.ts';

const photos = join(import.meta.dirname, '../../../shared/photos/duplicates');
const skip = existsSync(join(photos, 'labels.tsv')) ? false : `there is no ${photos}`;
const dir = mkdtempSync(join(tmpdir(), 'likeness-labelled-'));
after(() => rmSync(dir, { recursive: true, force: true }));

type Found = DuplicateClass | 'none';

test(
  'labelled pairs: no burst or look-alike is ever the same picture, and nearly all are what they are',
  { skip, timeout: 300_000 },
  async (t) => {
    const app = createApp({
      library: join(dir, 'library'),
      native: { host: 'cli', pickFolders: async () => null, reveal: async () => false },
      startChild: forkChild,
      built: join(dir, 'built'),
    });
    t.after(() => app.close());
    const { job } = await app.call('folders.add', { paths: [photos] });
    await app.indexed(job.id);
    const { groups } = await app.call('duplicates.report', {});
    // The strictest class of a group that holds both.
    const found = new Map<string, Found>();
    for (const { class: name, members } of groups)
      for (const one of members)
        for (const other of members) {
          const pair = [basename(one.path), basename(other.path)].join('\t');
          if (one !== other && !found.has(pair)) found.set(pair, name);
        }
    const counts = new Map<string, number>();
    const labels = readFileSync(join(photos, 'labels.tsv'), 'utf8').trimEnd().split('\n').slice(1);
    for (const line of labels) {
      const [a, b, label, detail] = line.split('\t') as [string, string, string, string];
      // The same picture data is identical here, whatever is written beside it; the labels keep that word for the same bytes.
      const wanted = detail.startsWith('same pixels') ? 'identical' : label;
      const is: Found = found.get(`${a}\t${b}`) ?? 'none';
      counts.set(`${wanted} ${is}`, (counts.get(`${wanted} ${is}`) ?? 0) + 1);
    }
    t.diagnostic(
      [...counts]
        .map(([pair, count]) => `${pair}: ${count}`)
        .sort()
        .join('; '),
    );
    const of = (label: string, is?: Found) =>
      [...counts].reduce(
        (sum, [pair, count]) =>
          sum + (pair.startsWith(`${label} `) && (is === undefined || pair === `${label} ${is}`) ? count : 0),
        0,
      );
    for (const label of ['burst', 'similar', 'different'])
      for (const is of ['identical', 're-encoded'] as const)
        assert.equal(of(label, is), 0, `${label} as ${is}`);
    for (const is of duplicateClasses) assert.equal(of('different', is), 0, `different as ${is}`);
    assert.equal(of('identical', 'identical'), of('identical'));
    assert.equal(of('re-encoded', 're-encoded'), of('re-encoded'));
    assert.ok(of('edited', 'edited') >= 0.95 * of('edited'));
    assert.ok(of('burst', 'burst') >= 0.95 * of('burst'));
    assert.ok(of('similar', 'similar') >= 0.8 * of('similar'));
  },
);
