/** The desktop's own dialogs and file manager. */
import { stat } from 'node:fs/promises';
import { BrowserWindow, dialog, powerMonitor, shell, type OpenDialogOptions } from 'electron';
import type { Native } from '../../app.ts';

export const electronNative: Native = {
  host: 'electron',
  async pickFolders() {
    const options: OpenDialogOptions = {
      title: 'Add folders of photos',
      buttonLabel: 'Add',
      properties: ['openDirectory', 'multiSelections'],
    };
    const window = BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0];
    // Belonging to the window, it is a sheet on macOS and stays in front elsewhere.
    const { filePaths } = window
      ? await dialog.showOpenDialog(window, options)
      : await dialog.showOpenDialog(options);
    return filePaths;
  },
  async reveal(path) {
    // The file manager says nothing when the file is gone, so this does.
    const there = await stat(path).then(
      () => true,
      () => false,
    );
    if (there) shell.showItemInFolder(path);
    return there;
  },
  power: {
    onBattery: () => powerMonitor.isOnBatteryPower(),
    onChange: (listener) => {
      powerMonitor.on('on-battery', listener);
      powerMonitor.on('on-ac', listener);
    },
  },
};
