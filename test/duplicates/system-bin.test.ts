import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { LikenessError } from '../../src-main/contract/errors.ts';
import { moveToBin, takeFromBin } from '../../src-main/duplicates/system-bin.ts';

/** Only Linux lets a test have a bin of its own; a person's bin is none of a test's business. */
const skip = process.platform === 'linux' ? false : 'only Linux lets a test have a bin of its own';
let dir: string;
const own = process.env['XDG_DATA_HOME'];
before(() => {
  dir = mkdtempSync(join(tmpdir(), 'likeness-bin-'));
  process.env['XDG_DATA_HOME'] = join(dir, 'data');
});
after(() => {
  if (own === undefined) delete process.env['XDG_DATA_HOME'];
  else process.env['XDG_DATA_HOME'] = own;
  rmSync(dir, { recursive: true, force: true });
});

function file(name: string, text: string) {
  const path = join(dir, 'photos', name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return { path, hash: createHash('sha256').update(text).digest('hex'), sizeBytes: Buffer.byteLength(text) };
}
const refused = (code: string) => (thrown: unknown) =>
  thrown instanceof LikenessError && thrown.code === code;

test('a file goes to the bin and comes back byte for byte, and the bin forgets it', { skip }, async () => {
  const one = file('été – 1.jpg', 'bytes of one');
  await moveToBin(one.path);
  assert.ok(!existsSync(one.path));
  await takeFromBin(one);
  assert.equal(readFileSync(one.path, 'utf8'), 'bytes of one');
  const bin = join(dir, 'data', 'Trash');
  if (existsSync(bin)) {
    assert.deepEqual(readdirSync(join(bin, 'files')), []);
    assert.deepEqual(readdirSync(join(bin, 'info')), []);
  }
});

test('of files of one size the right one comes back, and its folder with it', { skip }, async () => {
  const [one, two] = [file('sub/one.jpg', 'bytes A'), file('sub/two.jpg', 'bytes B')];
  await moveToBin(one.path);
  await moveToBin(two.path);
  rmSync(dirname(one.path), { recursive: true });
  await takeFromBin(two);
  await takeFromBin(one);
  assert.equal(readFileSync(one.path, 'utf8'), 'bytes A');
  assert.equal(readFileSync(two.path, 'utf8'), 'bytes B');
});

test('nothing is brought back over another file, and the one in the bin stays', { skip }, async () => {
  const one = file('three.jpg', 'the old one');
  await moveToBin(one.path);
  writeFileSync(one.path, 'a new one');
  await assert.rejects(takeFromBin(one), refused('bin-failed'));
  assert.equal(readFileSync(one.path, 'utf8'), 'a new one');
  rmSync(one.path);
  await takeFromBin(one);
  assert.equal(readFileSync(one.path, 'utf8'), 'the old one');
  await takeFromBin(one);
});

test('what is not there is refused with a way on', { skip }, async () => {
  await assert.rejects(moveToBin(join(dir, 'nowhere.jpg')), LikenessError);
  const gone = { path: join(dir, 'gone.jpg'), hash: 'f'.repeat(64), sizeBytes: 3 };
  await assert.rejects(takeFromBin(gone), refused('not-found'));
});
