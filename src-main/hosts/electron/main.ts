/** The desktop host. What must come before `ready` stands here; the rest is in `start`. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app, dialog, Menu, nativeTheme, session, shell, type BrowserWindow } from 'electron';
import { createApp, defaultLibraryDir, type App } from '../../app.ts';
import { toErrorData } from '../../contract/errors.ts';
import { readArguments } from './arguments.ts';
import { utilityChild } from './child.ts';
import { lockDown } from './lock-down.ts';
import { menuTemplate } from './menu.ts';
import { electronNative } from './native.ts';
import { answerScheme, registerScheme } from './protocol.ts';
import { sayReady } from './ready.ts';
import { bringToFront, goTo, openWindow } from './window.ts';

/** This file lies in dist-main, in the packaged application within app.asar. */
const here = import.meta.dirname;
const root = join(here, '..');
/** ONNX Runtime reads files by their path, which inside an archive is none. */
const unpacked = root.replace(/app\.asar$/, 'app.asar.unpacked');

const given = readArguments(process.argv.slice(app.isPackaged ? 1 : 2), process.cwd());
const library = given.library ?? defaultLibraryDir();

app.enableSandbox();
// Chromium's own files lie within the library: one folder holds everything, and two libraries are two applications.
setUserData(join(library, 'window'));
if (process.platform === 'win32') app.setAppUserModelId('app.likeness.Likeness');
registerScheme();

/** Folders that came before the application could take them: macOS opens dropped ones by an event. */
const early: string[] = [...given.folders];
let addFolders = (paths: readonly string[]): void => void early.push(...paths);
app.on('open-file', (event, path) => {
  event.preventDefault();
  addFolders([path]);
});

if (app.requestSingleInstanceLock({ folders: given.folders })) void app.whenReady().then(start);
else {
  // The one that runs already takes the folders and comes to the front.
  sayReady();
  app.quit();
}

async function start(): Promise<void> {
  let likeness: App;
  try {
    likeness = await createApp({
      library,
      native: electronNative,
      startChild: utilityChild,
      built: join(root, 'dist'),
      engineEntry: join(here, 'engine.mjs'),
      trainerEntry: join(here, 'trainer.mjs'),
      builtInEncoder: join(unpacked, 'models', 'built-in'),
      builtInFaces: join(unpacked, 'models', 'faces'),
      longLived: true,
    });
  } catch (error) {
    // The person is told here, in a window of the system's; the browser would say the same.
    sayReady();
    const { message, hint } = toErrorData(error);
    dialog.showErrorBox(message, hint);
    app.exit(1);
    return;
  }
  closeWithQuit(likeness);
  lockDown(session.defaultSession);
  answerScheme(likeness);
  await followTheme(likeness);

  let opening: Promise<BrowserWindow> | null = null;
  /** The window, made when there is none, and in front. Two calls at once make one window. */
  const show = async (): Promise<BrowserWindow> => {
    opening ??= openWindow({ preload: join(here, 'preload.cjs'), onClosed: () => (opening = null) });
    const window = await opening;
    bringToFront(window);
    return window;
  };
  addFolders = (paths) => {
    if (paths.length === 0) return;
    likeness.call('folders.add', { paths: [...paths] }).catch(report);
  };
  app.on('second-instance', (_event, _argv, _cwd, data) => {
    show().catch(report);
    addFolders((data as { folders?: readonly string[] } | null)?.folders ?? []);
  });
  app.on('activate', () => void show().catch(report));
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  const actions = {
    addFolder: () => void electronNative.pickFolders().then((paths) => addFolders(paths ?? [])),
    rescan: () => void likeness.call('folders.rescan', {}).catch(report),
    go: (place: string) =>
      void show()
        .then((window) => goTo(window, place))
        .catch(report),
    showLibrary: () => shell.showItemInFolder(join(library, 'library.db')),
  };
  const surroundings = { platform: process.platform, development: !app.isPackaged };
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(actions, surroundings)));

  addFolders(early.splice(0));
  await show().then(() => sayReady(), report);
}

function setUserData(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    app.setPath('userData', path);
  } catch {
    // Where the library cannot be made, opening it says so, in a window that an early fault would not have.
  }
}

/** The window buttons, the dialogs and the page's own colours follow the setting. */
async function followTheme(likeness: App): Promise<void> {
  nativeTheme.themeSource = (await likeness.call('settings.get', {})).theme;
  likeness.onEvent((event) => {
    if (event.type === 'settings') nativeTheme.themeSource = event.settings.theme;
  });
}

/** Quitting waits until the jobs have put down what they hold and the database is closed. */
function closeWithQuit(likeness: App): void {
  let closing: Promise<void> | null = null;
  let closed = false;
  app.on('will-quit', (event) => {
    if (closed) return;
    event.preventDefault();
    closing ??= likeness.close().finally(() => {
      closed = true;
      app.quit();
    });
  });
}

function report(error: unknown): void {
  const { message, hint } = toErrorData(error);
  dialog.showErrorBox(message, hint);
}
