/** All that the page gets from Electron: the paths of dropped files, which the web platform keeps to itself. */
import { contextBridge, webUtils } from 'electron';
import type { DesktopBridge } from '../../contract/bridge.ts';

const bridge: DesktopBridge = { pathOf: (file) => webUtils.getPathForFile(file) };
contextBridge.exposeInMainWorld('likeness', bridge);
