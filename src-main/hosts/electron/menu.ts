/** The application's menu, by each system's own customs. On Windows and Linux it is reached by its keys. */
import type { MenuItemConstructorOptions } from 'electron';

export interface MenuActions {
  addFolder(): void;
  rescan(): void;
  /** Shows a place of the window: `photos`, `settings`… */
  go(place: string): void;
  showLibrary(): void;
}

/**
 * @param development  adds reload and developer tools; the packaged application has neither.
 * Ctrl+1 to Ctrl+5 and Ctrl+comma are the window's own keys too (src-renderer/state/keys.ts): whoever takes them does the same.
 */
export function menuTemplate(
  actions: MenuActions,
  { platform, development }: { readonly platform: NodeJS.Platform; readonly development: boolean },
): MenuItemConstructorOptions[] {
  const mac = platform === 'darwin';
  const place = (label: string, name: string, accelerator: string): MenuItemConstructorOptions => ({
    label,
    accelerator,
    click: () => actions.go(name),
  });
  const settings = place('Settings…', 'settings', 'CmdOrCtrl+,');
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  return [
    ...(mac ? [appMenu(settings)] : []),
    {
      role: 'fileMenu',
      submenu: [
        { label: 'Add Folder…', accelerator: 'CmdOrCtrl+O', click: () => actions.addFolder() },
        { label: 'Look for Changes', accelerator: 'F5', click: () => actions.rescan() },
        separator,
        { label: 'Show Library Folder', click: () => actions.showLibrary() },
        ...(mac ? [] : [separator, settings]),
        separator,
        mac ? { role: 'close' } : { role: 'quit' },
      ],
    },
    { role: 'editMenu' },
    {
      role: 'viewMenu',
      submenu: [
        place('Photos', 'photos', 'CmdOrCtrl+1'),
        place('Search', 'search', 'CmdOrCtrl+2'),
        place('Folders', 'folders', 'CmdOrCtrl+3'),
        place('Problems', 'problems', 'CmdOrCtrl+4'),
        place('Activity', 'activity', 'CmdOrCtrl+5'),
        separator,
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        separator,
        { role: 'togglefullscreen' },
        ...(development ? [separator, { role: 'reload' } as const, { role: 'toggleDevTools' } as const] : []),
      ],
    },
    { role: 'windowMenu' },
  ];
}

function appMenu(settings: MenuItemConstructorOptions): MenuItemConstructorOptions {
  return {
    role: 'appMenu',
    submenu: [
      { role: 'about' },
      { type: 'separator' },
      settings,
      { type: 'separator' },
      { role: 'services' },
      { type: 'separator' },
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      { type: 'separator' },
      { role: 'quit' },
    ],
  };
}
