/** What a local server can do on the desktop it runs on: no dialogs, but the file manager is within reach. */
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Native } from '../../app.ts';
import { hasDisplay, openerOf, started } from './open-browser.ts';

export const webNative: Native = {
  host: 'web',
  // A browser gives no paths; the window browses folders by `folders.browse` instead.
  pickFolders: () => Promise.resolve(null),
  reveal,
};

async function reveal(path: string): Promise<boolean> {
  if (!hasDisplay()) return false;
  switch (process.platform) {
    case 'win32':
      // Explorer ends with code 1 even when it has shown the file.
      await started('explorer.exe', [`/select,${path}`]);
      return true;
    case 'darwin':
      return started('open', ['-R', path]);
    default:
      return (await started('dbus-send', showItems(path))) || started(...openerOf('linux', dirname(path)));
  }
}

/** The freedesktop call that opens a file manager with the file selected. */
function showItems(path: string): string[] {
  // A comma separates the items of dbus-send's array, so one in a name is written as %2C.
  const address = pathToFileURL(path).href.replaceAll(',', '%2C');
  return [
    '--session',
    '--print-reply',
    '--dest=org.freedesktop.FileManager1',
    '/org/freedesktop/FileManager1',
    'org.freedesktop.FileManager1.ShowItems',
    `array:string:${address}`,
    'string:',
  ];
}
