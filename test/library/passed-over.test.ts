import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { passedOver } from '../../src-main/library/passed-over.ts';

const home = join('/', 'home', 'anna');

test('where a system keeps its programs’ data is passed over in the home folder only', () => {
  assert.ok(passedOver(home, 'AppData', home, 'win32'));
  assert.ok(passedOver(home, 'Library', home, 'darwin'));
  assert.ok(!passedOver(home, 'Library', home, 'linux'));
  assert.ok(!passedOver(join(home, 'Pictures'), 'Library', home, 'darwin'));
});

test('system folders are known in any case', () => {
  for (const name of ['$Recycle.Bin', 'SYSTEM VOLUME INFORMATION', '@eaDir', '#recycle'])
    assert.ok(passedOver('/mnt/disk', name, home, 'linux'), name);
  assert.ok(!passedOver('/mnt/disk', 'Recycle', home, 'linux'));
});

test('of a photo library of macOS only the originals are walked', () => {
  const library = join(home, 'Photos Library.photoslibrary');
  assert.ok(!passedOver(library, 'originals', home, 'darwin'));
  assert.ok(!passedOver(library, 'Masters', home, 'darwin'));
  assert.ok(passedOver(library, 'resources', home, 'darwin'));
});
