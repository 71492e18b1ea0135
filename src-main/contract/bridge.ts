/** What the preload of the desktop window puts on `globalThis.likeness`; absent in a browser, which tells no paths. */
export interface DesktopBridge {
  /** Absolute path of a file or folder that was dropped on the window; '' when it lies nowhere on disk. */
  pathOf(file: File): string;
}
