import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MenuItemConstructorOptions } from 'electron';
import { readArguments } from '../../../src-main/hosts/electron/arguments.ts';
import { menuTemplate } from '../../../src-main/hosts/electron/menu.ts';

const asked: string[] = [];
const actions = {
  addFolder: () => void asked.push('add'),
  rescan: () => void asked.push('rescan'),
  go: (place: string) => void asked.push(place),
  showLibrary: () => void asked.push('library'),
};
const platforms = ['linux', 'win32', 'darwin'] as const;

function items(platform: NodeJS.Platform, development = false): MenuItemConstructorOptions[] {
  return menuTemplate(actions, { platform, development }).flatMap(({ submenu, ...menu }) => [
    menu,
    ...(Array.isArray(submenu) ? submenu : []),
  ]);
}

test('every item of ours does what it says, on every system', () => {
  for (const platform of platforms) {
    asked.length = 0;
    for (const { click } of items(platform)) (click as (() => void) | undefined)?.();
    const wanted = [
      'add',
      'rescan',
      'library',
      'settings',
      'photos',
      'search',
      'folders',
      'problems',
      'activity',
    ];
    assert.deepEqual(asked.toSorted(), wanted.toSorted(), platform);
  }
});

test('no key stands for two items', () => {
  for (const platform of platforms) {
    const keys = items(platform, true).flatMap(({ accelerator }) => accelerator ?? []);
    assert.equal(new Set(keys).size, keys.length, platform);
  }
});

test('macOS has its application menu with settings and quit; others have them under File', () => {
  const roles = (platform: NodeJS.Platform) =>
    menuTemplate(actions, { platform, development: false }).map(({ role }) => role);
  assert.deepEqual(roles('darwin'), ['appMenu', 'fileMenu', 'editMenu', 'viewMenu', 'windowMenu']);
  assert.deepEqual(roles('linux'), ['fileMenu', 'editMenu', 'viewMenu', 'windowMenu']);
  for (const platform of platforms)
    assert.equal(items(platform).filter(({ role }) => role === 'quit').length, 1);
});

test('reload and developer tools are for developers', () => {
  const tools = ['reload', 'toggleDevTools'];
  assert.equal(
    items('linux').some(({ role }) => tools.includes(role ?? '')),
    false,
  );
  assert.equal(items('linux', true).filter(({ role }) => tools.includes(role ?? '')).length, 2);
});

test('the desktop host reads its folders past Chromium’s own switches', () => {
  assert.deepEqual(
    readArguments(['--library', 'lib', 'a', '--ozone-platform=x11', '/b', '--no-zygote'], '/home'),
    {
      library: '/home/lib',
      folders: ['/home/a', '/b'],
    },
  );
  assert.deepEqual(readArguments([], '/home'), { library: null, folders: [] });
});
