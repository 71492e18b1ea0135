/** The one window: its frame, its colours before the page has drawn, its place. */
import { join } from 'node:path';
import { app, BrowserWindow, nativeTheme, screen, type BrowserWindowConstructorOptions } from 'electron';
import { origin } from './protocol.ts';
import { placeWindow, readWindowState, smallest, writeWindowState } from './window-state.ts';

/** Height of the bar that serves as title bar: --bar of the tokens. */
const barHeight = 52;
/** --bg-content and --text of src-renderer/styles/tokens.css, for what the system draws. */
const colours = {
  light: { color: '#ffffff', symbolColor: '#1a1a1e' },
  dark: { color: '#131315', symbolColor: '#ececef' },
} as const;
/** A window that dies again and again is not reloaded for ever. */
const reloads = { most: 3, withinMs: 60_000 } as const;

export interface WindowOptions {
  /** Absolute path of the built preload script. */
  readonly preload: string;
  onClosed(): void;
}

/** Makes the window and loads it. Resolves when it is drawn. */
export async function openWindow({ preload, onClosed }: WindowOptions): Promise<BrowserWindow> {
  const statePath = join(app.getPath('userData'), 'window.json');
  const saved = readWindowState(statePath);
  const primary = screen.getPrimaryDisplay();
  const others = screen.getAllDisplays().filter(({ id }) => id !== primary.id);
  const window = new BrowserWindow({
    ...placeWindow(
      saved,
      [primary, ...others].map(({ workArea }) => workArea),
    ),
    minWidth: smallest.width,
    minHeight: smallest.height,
    title: 'Likeness',
    // Shown when there is something to see: no white flash.
    show: false,
    backgroundColor: colours[theme()].color,
    ...frame(),
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
      // The spelling checker would fetch its dictionaries from the network.
      spellcheck: false,
    },
  });
  const followTheme = () => paint(window);
  nativeTheme.on('updated', followTheme);
  window.once('closed', () => {
    nativeTheme.off('updated', followTheme);
    onClosed();
  });
  window.on('close', () =>
    writeWindowState(statePath, { bounds: window.getNormalBounds(), maximized: window.isMaximized() }),
  );
  reviveAfterCrash(window);
  window.once('ready-to-show', () => {
    if (saved?.maximized) window.maximize();
    window.show();
  });
  await window.loadURL(`${origin}/`);
  return window;
}

/**
 * Shows one of the window's places, `settings` for `#/settings`. Chromium takes an address that differs in its hash alone as
 * a step within the page, just as if a link had been clicked: nothing is reloaded, Back leads back, and main needs neither
 * a message channel nor a script run in the page to say where to go.
 */
export async function goTo(window: BrowserWindow, place: string): Promise<void> {
  bringToFront(window);
  await window.loadURL(`${origin}/#/${place}`);
}

export function bringToFront(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

function theme(): keyof typeof colours {
  return nativeTheme.shouldUseDarkColors ? 'dark' : 'light';
}

/** Our bar is the title bar; the system draws its buttons over it. */
function frame(): BrowserWindowConstructorOptions {
  if (process.platform === 'darwin')
    return { titleBarStyle: 'hidden', trafficLightPosition: { x: 18, y: barHeight / 2 - 7 } };
  return { titleBarStyle: 'hidden', titleBarOverlay: { ...colours[theme()], height: barHeight } };
}

function paint(window: BrowserWindow): void {
  window.setBackgroundColor(colours[theme()].color);
  if (process.platform !== 'darwin') window.setTitleBarOverlay({ ...colours[theme()], height: barHeight });
}

function reviveAfterCrash(window: BrowserWindow): void {
  let crashes: number[] = [];
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit' || window.isDestroyed()) return;
    const now = Date.now();
    crashes = [...crashes.filter((at) => now - at < reloads.withinMs), now];
    if (crashes.length <= reloads.most) window.webContents.reload();
  });
}
