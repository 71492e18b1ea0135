/**
 * A stand-in for the `electron` module, for main.ts and preload.ts under plain Node. It keeps Electron's order (what must come
 * before `ready`, what after), records what the host asked of it, and draws the window in a real Chromium: a
 * loopback server hands each of the page's requests to the scheme's handler under its app:// address.
 */
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fork, type ChildProcess } from 'node:child_process';
import { runInNewContext } from 'node:vm';
import type { Page } from 'playwright-core';
import { relay, type Handler } from '../../../src-main/hosts/web/relay.ts';
import { openBrowserPage } from '../../browser.ts';

/** Everything the host did, in order: `app.enableSandbox`, `protocol.handle app`… */
export const record: string[] = [];
/** What tests look at and set. */
export const world = {
  handlers: new Map<string, Handler>(),
  privileged: new Set<string>(),
  windows: [] as BrowserWindow[],
  menu: [] as MenuItem[],
  /** What the folder dialog answers. */
  picked: [] as string[],
  shown: [] as string[],
  errors: [] as { title: string; content: string }[],
  permissions: null as { request: PermissionRequest; check: () => boolean } | null,
  blocked: [] as string[],
  hasLock: true,
  quit: false,
  userData: '',
};
type PermissionRequest = (contents: unknown, permission: string, answer: (granted: boolean) => void) => void;
interface MenuItem {
  readonly label?: string;
  readonly role?: string;
  readonly accelerator?: string;
  readonly submenu?: MenuItem[];
  click?(): void;
}

let isReady = false;
let makeReady!: () => void;
const ready = new Promise<void>((resolve) => (makeReady = resolve));
/** Electron's `ready` waits until the entry module has run to its end. */
export function becomeReady(): void {
  isReady = true;
  makeReady();
}
function before(what: string): void {
  if (isReady) throw new Error(`${what} must come before ready.`);
  record.push(what);
}
function afterReady(what: string): void {
  if (!isReady) throw new Error(`${what} must come after ready.`);
  record.push(what);
}

class StandInApp extends EventEmitter {
  readonly isPackaged = false;
  enableSandbox(): void {
    before('app.enableSandbox');
  }
  setPath(name: string, path: string): void {
    before(`app.setPath ${name}`);
    world.userData = path;
  }
  getPath(): string {
    return world.userData;
  }
  setAppUserModelId(): void {}
  requestSingleInstanceLock(): boolean {
    before('app.requestSingleInstanceLock');
    return world.hasLock;
  }
  whenReady(): Promise<void> {
    return ready;
  }
  /** As in life: windows close, will-quit may be held up, then the process would end. */
  quit(): void {
    for (const window of world.windows.splice(0)) window.close();
    let held = false;
    this.emit('will-quit', { preventDefault: () => (held = true) });
    if (!held) world.quit = true;
  }
  exit(code: number): void {
    record.push(`app.exit ${code}`);
    world.quit = true;
  }
}
export const app = new StandInApp();

export const protocol = {
  registerSchemesAsPrivileged(schemes: { scheme: string; privileges: Record<string, boolean> }[]): void {
    before('protocol.registerSchemesAsPrivileged');
    for (const { scheme, privileges } of schemes)
      if (privileges.standard && privileges.secure) world.privileged.add(scheme);
  },
  handle(scheme: string, handler: Handler): void {
    afterReady(`protocol.handle ${scheme}`);
    if (!world.privileged.has(scheme)) throw new Error(`${scheme} has no privileges.`);
    world.handlers.set(scheme, handler);
  },
};

export const session = {
  defaultSession: {
    setPermissionRequestHandler(request: PermissionRequest): void {
      afterReady('setPermissionRequestHandler');
      world.permissions = { request, check: world.permissions?.check ?? (() => true) };
    },
    setPermissionCheckHandler(check: () => boolean): void {
      world.permissions = { request: world.permissions?.request ?? (() => {}), check };
    },
    setDevicePermissionHandler(): void {},
    webRequest: {
      onBeforeRequest(
        { urls }: { urls: string[] },
        listener: (details: object, answer: (verdict: { cancel: boolean }) => void) => void,
      ): void {
        listener({}, ({ cancel }) => cancel && world.blocked.push(...urls));
      },
    },
  },
};

export const nativeTheme = Object.assign(new EventEmitter(), {
  themeSource: 'system',
  shouldUseDarkColors: false,
});
export const screen = {
  getPrimaryDisplay: () => ({ id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1080 } }),
  getAllDisplays: () => [screen.getPrimaryDisplay()],
};
export const dialog = {
  showOpenDialog: (...args: unknown[]) => {
    record.push(`dialog.showOpenDialog ${JSON.stringify(args.at(-1))}`);
    return Promise.resolve({ canceled: world.picked.length === 0, filePaths: world.picked });
  },
  showErrorBox: (title: string, content: string) => world.errors.push({ title, content }),
};
export const powerMonitor = Object.assign(new EventEmitter(), { isOnBatteryPower: () => false });
export const shell = { showItemInFolder: (path: string) => world.shown.push(path) };
export const Menu = {
  buildFromTemplate: (template: MenuItem[]) => template,
  setApplicationMenu: (menu: MenuItem[]) => (world.menu = menu),
};
export const utilityProcess = {
  fork(entry: string, args: string[], options: { serviceName: string }) {
    afterReady(`utilityProcess.fork ${options.serviceName}`);
    const child: ChildProcess = fork(entry, args, {
      serialization: 'advanced',
      stdio: ['ignore', 2, 2, 'ipc'],
    });
    return {
      pid: child.pid,
      postMessage: (message: object) => void (child.connected && child.send(message)),
      on: (event: 'message', listener: (message: unknown) => void) => child.on(event, listener),
      once: (event: 'exit', listener: (code: number) => void) => child.once(event, listener),
      kill: () => child.kill('SIGKILL'),
    };
  },
};
export const contextBridge = {};
export const webUtils = {};

type WindowOpen = (details: { url: string }) => { action: string };
export class WebContents extends EventEmitter {
  windowOpen: WindowOpen = () => ({ action: 'allow' });
  reloads = 0;
  setWindowOpenHandler(handler: WindowOpen): void {
    this.windowOpen = handler;
  }
  reload(): void {
    this.reloads++;
  }
}

export class BrowserWindow extends EventEmitter {
  static getAllWindows = () => world.windows;
  static getFocusedWindow = () => world.windows[0] ?? null;
  readonly options: Record<string, unknown> & {
    webPreferences: Record<string, unknown> & { preload: string };
  };
  readonly webContents = new WebContents();
  page: Page | null = null;
  shown = false;
  focused = 0;
  maximized = false;
  minimized = false;
  overlay: unknown;
  #origin = '';
  #close: (() => Promise<void>) | null = null;

  constructor(options: BrowserWindow['options']) {
    super();
    afterReady('new BrowserWindow');
    this.options = options;
    world.windows.push(this);
    app.emit('web-contents-created', {}, this.webContents);
  }
  async loadURL(address: string): Promise<void> {
    const url = new URL(address);
    record.push(`loadURL ${address}`);
    if (this.page) return void (await this.page.goto(this.#origin + url.pathname + url.hash));
    const handler = world.handlers.get(url.protocol.slice(0, -1));
    if (!handler) throw new Error(`Nobody answers ${url.protocol}`);
    const server = createServer(
      (req, res) => void relay(handler, new URL(req.url ?? '/', `${url.protocol}//${url.host}`), req, res),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.#origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { page, close } = await openBrowserPage();
    this.page = page;
    this.#close = async () => {
      server.closeAllConnections();
      server.close();
      await close();
    };
    await page.addInitScript(preloadScript(this.options.webPreferences.preload));
    await page.goto(this.#origin + url.pathname + url.hash);
    this.emit('ready-to-show');
  }
  show(): void {
    this.shown = true;
  }
  focus(): void {
    this.focused++;
  }
  maximize(): void {
    this.maximized = true;
  }
  isMinimized(): boolean {
    return this.minimized;
  }
  restore(): void {
    this.minimized = false;
  }
  isDestroyed(): boolean {
    return false;
  }
  isMaximized(): boolean {
    return this.maximized;
  }
  getNormalBounds() {
    return { x: 40, y: 50, width: 1200, height: 800 };
  }
  setBackgroundColor(): void {}
  setTitleBarOverlay(overlay: unknown): void {
    this.overlay = overlay;
  }
  close(): void {
    this.emit('close', {});
    world.windows = world.windows.filter((window) => window !== this);
    this.emit('closed');
  }
  /** Ends the browser behind the window. */
  async dispose(): Promise<void> {
    await this.#close?.();
  }
}

/**
 * What a preload script puts on the page's global, found by running the built one with nothing but the two modules
 * that Electron's sandbox would give it; in the page the functions are stand-ins of the same names.
 */
export function exposedBy(preload: string): {
  name: string;
  api: Record<string, (value: unknown) => unknown>;
} {
  let exposed: ReturnType<typeof exposedBy> | null = null;
  const electron = {
    contextBridge: {
      exposeInMainWorld: (name: string, api: Record<string, () => unknown>) => (exposed = { name, api }),
    },
    webUtils: { getPathForFile: (file: { path?: string }) => file.path ?? '' },
  };
  const require = (name: string) => {
    if (name === 'electron') return electron;
    throw new Error(`A sandboxed preload cannot require ${name}.`);
  };
  runInNewContext(readFileSync(preload, 'utf8'), { require, exports: {}, module: { exports: {} } });
  if (!exposed) throw new Error('The preload exposed nothing.');
  return exposed;
}

function preloadScript(preload: string): string {
  const { name, api } = exposedBy(preload);
  return `globalThis[${JSON.stringify(name)}] = Object.freeze({ ${Object.keys(api)
    .map((method) => `${method}: (file) => '/dropped/' + file.name`)
    .join(', ')} });`;
}
