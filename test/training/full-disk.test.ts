import assert from 'node:assert/strict';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Checkpoint, readCheckpoint } from '../../training/checkpoint.ts';
import type { Standing } from '../../training/run-folder.ts';
import { lossesOf, run, request, trained } from './runs.ts';
import { fill, smallDisk } from '../small-disk.ts';

const disk = smallDisk(24);
const skip = disk === null ? 'no right to mount a small disk' : false;

test(
  'a full disk pauses a run with its last checkpoint whole; with room it goes on, and no step is lost',
  { skip },
  async () => {
    const whole = await trained({ epochs: 6 });
    const out = join(disk!, 'run');
    const filler = join(disk!, 'filler');
    const found: Promise<Checkpoint>[] = [];
    let filled = false;
    const { result, notes } = await run({ kind: 'train', request: request({ out, epochs: 6 }) }, (report) => {
      if (report.kind === 'progress' && report.progress.stage === 'training' && !filled) {
        filled = readdirSync(out).includes('checkpoint.safetensors');
        if (filled) fill(filler);
      }
      if (report.kind === 'note' && report.text.startsWith('The disk is full')) {
        assert.deepEqual(readdirSync(out).sort(), ['checkpoint.safetensors', 'config.json', 'log.jsonl']);
        const reading = readCheckpoint(join(out, 'checkpoint.safetensors'));
        found.push(reading.finally(() => rmSync(filler)));
      }
    });
    assert.equal(found.length, 1, notes.join('\n'));
    const { step } = (await found[0]!).facts as Standing;
    assert.ok(!('stopped' in result) && step > 0 && step < result.steps, `the checkpoint is of step ${step}`);
    assert.match(notes.join('\n'), /training pauses[\s\S]*There is room on the disk again/);
    assert.deepEqual(lossesOf(out), lossesOf(whole.wish.out));
  },
);
