import assert from 'node:assert/strict';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { before, test } from 'node:test';
import { readPixels } from '../../../models/pixels.ts';
import { LikenessError, type ErrorCode } from '../../../src-main/contract/errors.ts';
import { openPhotos } from '../../../training/data/open-photos.ts';
import type { PhotoSet } from '../../../training/data/photo-set.ts';
import { blots, shared, temporaryFolder, without, writeFiles } from './pictures.ts';
import { longName, paxHeader, tarMember, tarOf } from './tars.ts';

const dir = await temporaryFolder();
let picture: Buffer;
before(async () => {
  picture = await blots(1);
});

const names = (set: PhotoSet, root: string) =>
  set.photos.map(({ path }) => relative(root, path).replaceAll('\\', '/'));
const labels = (set: PhotoSet) => set.photos.map(({ label }) => (label === null ? null : set.classes[label]));

async function opened(path: string, captions: string | null = null): Promise<PhotoSet> {
  const set = await openPhotos(path, { captions });
  await set.close();
  return set;
}

async function saved(name: string, content: Uint8Array | string): Promise<string> {
  await writeFile(join(dir, name), content);
  return join(dir, name);
}

const assertRefused = (opening: Promise<unknown>, code: ErrorCode, message: RegExp): Promise<void> =>
  assert.rejects(opening, (thrown) => {
    assert.ok(thrown instanceof LikenessError, String(thrown));
    assert.equal(thrown.code, code);
    assert.match(thrown.message, message);
    assert.match(thrown.hint, /\.$/);
    return true;
  });

test('a folder gives its photos by name, without what is hidden or no picture', async () => {
  const root = join(dir, 'plain');
  await writeFiles(root, {
    'b.png': picture,
    'B.JPG': picture,
    'a/10.png': picture,
    'a/9.heic': 'not read yet, but a picture',
    'a/notes.txt': 'text',
    'a/film.mp4': 'film',
    noEnding: picture,
    README: 'no picture',
    '.hidden/c.png': picture,
    '._b.png': 'of another system',
    '__MACOSX/b.png': 'of another system',
  });
  const set = await opened(root);
  assert.deepEqual(names(set, root), ['B.JPG', 'a/10.png', 'a/9.heic', 'b.png', 'noEnding']);
  // One folder is no choice between classes.
  assert.deepEqual([set.classes, set.photos[1]!.label, set.photos[1]!.part], [[], null, null]);
  assert.equal((await set.read(1, { longSide: 8 })).width, 8);
});

test('links are followed, but none in a ring, and no photo is found twice', async () => {
  const root = join(dir, 'links');
  await writeFiles(dir, {
    'links/in/a.png': picture,
    'links/.store/kept.png': picture,
    'elsewhere/b.png': picture,
    'elsewhere/deep/c.png': picture,
  });
  await symlink(root, join(root, 'in', 'ring'));
  await symlink(join(dir, 'elsewhere'), join(root, 'out'));
  await symlink(join(dir, 'elsewhere'), join(root, 'out again'));
  await symlink(join(root, 'in', 'a.png'), join(root, 'again.png'));
  await symlink(join(root, '.store', 'kept.png'), join(root, 'kept.png'));
  await symlink(join(root, 'nowhere'), join(root, 'gone.png'));
  assert.deepEqual(names(await opened(root), root), ['in/a.png', 'kept.png', 'out/b.png', 'out/deep/c.png']);
});

test('a class is the folder that a photo lies in; train and test are parts', async () => {
  const root = join(dir, 'classes');
  await writeFiles(root, {
    'train/pets/cat/1.png': picture,
    'train/dog/1.png': picture,
    'train/loose.png': picture,
    'val/cat/2.png': picture,
    'more/dog/3.png': picture,
  });
  const set = await opened(root);
  assert.deepEqual(set.classes, ['cat', 'dog']);
  assert.deepEqual(labels(set), ['dog', 'dog', null, 'cat', 'cat']);
  assert.deepEqual(
    set.photos.map(({ part }) => part),
    [null, 'train', 'train', 'train', 'held-out'],
  );
  const toys = join(dir, 'toys');
  await writeFiles(toys, { 'train/1.png': picture, 'car/1.png': picture });
  assert.deepEqual(labels(await opened(toys)), ['car', 'train'], 'a folder of trains is a class');
});

test('an archive gives what its folder would give, long names and all', async () => {
  const long = `${'very/'.repeat(30)}long/${'ä'.repeat(60)}.png`;
  const folded = `${'folded/'.repeat(14)}`.slice(0, -1);
  const path = await saved(
    'all.tar',
    tarOf(
      tarMember({ name: './', type: '5', sizeBytes: 4096 }),
      tarMember({ name: 'old/', type: '\u0000' }),
      tarMember({ name: 'pax_global_header', type: 'g', content: Buffer.from('19 path=global.png\n') }),
      tarMember({ name: './cat/2.png', content: await blots(2) }),
      tarMember({ name: 'cat/1.png', content: await blots(1) }),
      tarMember({ name: 'cat/1.png', content: await blots(3) }),
      tarMember({ name: 'cat/link.png', type: '2' }),
      tarMember({ name: 'cat/.1.png', content: picture }),
      tarMember({ name: 'cat/none', content: Buffer.from('text') }),
      tarMember({ name: 'cat/picture', content: picture }),
      tarMember({ name: '3.png', prefix: folded, content: picture }),
      paxHeader({ mtime: '1.5', path: long, size: String(picture.length) }),
      tarMember({ name: 'short.png', content: picture }),
      longName(`gnu/${long}`),
      tarMember({ name: 'short.png', content: picture }),
      tarMember({ name: 'last.png', content: picture }),
    ),
  );
  const set = await openPhotos(path, { captions: null });
  assert.deepEqual(names(set, path), [
    'cat/1.png',
    'cat/2.png',
    'cat/picture',
    `${folded}/3.png`,
    `gnu/${long}`,
    'last.png',
    long,
  ]);
  assert.deepEqual(set.classes, ['cat', 'folded', 'long']);
  const seeds = [3, 2, 1, 1, 1, 1, 1];
  for (const [i, seed] of seeds.entries())
    assert.deepEqual(
      await set.read(i, { longSide: 16 }),
      await readPixels({ name: 'alone.png', bytes: await blots(seed) }, { longSide: 16 }),
      names(set, path)[i],
    );
  await set.close();
  await assert.rejects(set.read(0, { longSide: 16 }), /could not be read from its archive/);
});

test('an archive that is cut off is refused, wherever the cut is', async () => {
  const whole = tarOf(
    tarMember({ name: 'a.png', content: picture }),
    paxHeader({ path: 'b.png' }),
    tarMember({ name: 'short.png', content: picture }),
  );
  for (let end = 512; end < whole.length - 512; end += 100) {
    const path = await saved('cut.tar', whole.subarray(0, end));
    await assertRefused(opened(path), 'bad-input', /^“cut\.tar” is cut off/);
  }
});

test('what is no archive, or a damaged one, is refused', async () => {
  await assertRefused(opened(await saved('empty.tar', '')), 'bad-input', /is no \.tar archive/);
  await assertRefused(opened(await saved('photo.png', picture)), 'bad-input', /is no \.tar archive/);
  const damaged = tarOf(tarMember({ name: 'a.png', content: picture }), tarMember({ name: 'b.png' }));
  damaged[512 + Math.ceil(picture.length / 512) * 512] = 7;
  await assertRefused(opened(await saved('damaged.tar', damaged)), 'bad-input', /is damaged/);
});

test('a list of a library gives its photos with all that it knows', async () => {
  const root = join(dir, 'listed');
  await writeFiles(root, { 'a.png': picture });
  const line = (path: string, label: string | null, takenAtMs: number | null) =>
    JSON.stringify({ path, label, captions: ['seen'], takenAtMs });
  const lines = [
    line(join(root, 'b.png'), 'sea', 5),
    line('a.png', 'hill', null),
    '',
    line('a.png', null, 1),
  ];
  const path = join(root, 'photos.jsonl');
  await writeFile(path, lines.join('\n'));
  const set = await opened(path);
  assert.deepEqual(new Set(names(set, root)), new Set(['a.png', 'b.png']));
  const [a, b] = ['a.png', 'b.png'].map((name) =>
    set.photos.find((photo) => photo.path === join(root, name))!,
  );
  assert.deepEqual([set.classes[a!.label!], a!.takenAtMs, a!.captions], ['hill', null, ['seen']]);
  assert.deepEqual([set.classes[b!.label!], b!.takenAtMs], ['sea', 5]);
  for (const bad of ['{', '{"path": ""}', line('a.png', null, 1).replace('["seen"]', '"seen"')]) {
    await writeFile(path, `${lines[0]}\n${bad}`);
    await assertRefused(opened(path), 'bad-input', /^Line 2 of “photos\.jsonl” is no photo/);
  }
});

test('captions are found by name within the set or by file name', async () => {
  const root = join(dir, 'captioned');
  await writeFiles(root, {
    'a/1.png': picture,
    'b/1.png': picture,
    'b/2.png': picture,
    'b/3.png': picture,
    'captions.tsv': [
      '\uFEFFfile\tcaption',
      'a/1.png\tfirst',
      '2.png\tsecond \r',
      './a/1.png\tagain',
      '',
      'images/2.png\tby file name',
      '1.png\tof two photos',
      'none.png\tof none',
    ].join('\n'),
  });
  const set = await opened(root, join(root, 'captions.tsv'));
  assert.deepEqual(
    set.photos.map(({ captions }) => captions),
    [['first', 'again'], [], ['second', 'by file name'], []],
  );
  assert.deepEqual(set.notes, ['Captions that belong to no photo of this set: 2.']);
});

test('a file of captions that is none of these photos, or none at all, is refused', async () => {
  const root = join(dir, 'plain');
  const refused = async (text: string, message: RegExp) =>
    assertRefused(opened(root, await saved('wrong.tsv', text)), 'bad-input', message);
  await refused('x.png\tone\ny.png\ttwo', /^None of the 2 captions in “wrong\.tsv” belongs/);
  await refused('', /^None of the 0 captions/);
  for (const line of ['b.png no tab', '\tno file', 'b.png\t ', 'b.png\tn01\tthree columns'])
    await refused(`b.png\tgood\n${line}`, /^Line 2 of “wrong\.tsv” is no caption/);
  await assertRefused(opened(root, join(dir, 'gone.tsv')), 'not-found', /gone\.tsv” does not exist/);
});

test('no such path, no photo and a stop are told apart', async () => {
  await assertRefused(opened(join(dir, 'gone')), 'not-found', /gone” does not exist/);
  await mkdir(join(dir, 'nothing'));
  await assertRefused(opened(join(dir, 'nothing')), 'bad-input', /^There is no photo in “nothing”/);
  await assertRefused(opened(await saved('nothing.tar', tarOf())), 'bad-input', /^There is no photo/);
  await assertRefused(opened(await saved('nothing.jsonl', '\n')), 'bad-input', /^There is no photo/);
  for (const path of [join(dir, 'plain'), join(dir, 'all.tar')])
    await assert.rejects(
      openPhotos(path, { captions: null, signal: AbortSignal.abort('stop') }),
      (reason) => {
        assert.equal(reason, 'stop');
        return true;
      },
    );
});

test('CIFAR-10: ten classes in two parts', { skip: without('cifar10/cifar10-subset.tar') }, async () => {
  const set = await opened(join(shared, 'cifar10/cifar10-subset.tar'));
  assert.equal(set.classes.join(' '), 'airplane automobile bird cat deer dog frog horse ship truck');
  const counts = Map.groupBy(set.photos, ({ part, label }) => `${part} ${label}`);
  assert.equal(counts.size, 20);
  for (const [name, photos] of counts)
    assert.equal(photos.length, name.startsWith('train') ? 500 : 100, name);
});

test('Flickr8k: five captions a photo', { skip: without('flickr8k/dev/photos.tar') }, async () => {
  const dev = join(shared, 'flickr8k/dev');
  const set = await opened(join(dev, 'photos.tar'), join(dev, 'captions.tsv'));
  assert.equal(set.photos.length, 1000);
  assert.ok(set.photos.every(({ captions, label }) => captions.length === 5 && label === null));
  assert.equal(set.photos[0]!.captions[0], 'A child and a woman are at waters edge in a big city .');
  assert.deepEqual([set.notes, set.classes], [[], []]);
});
