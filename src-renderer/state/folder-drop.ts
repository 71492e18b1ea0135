/** Folders dropped anywhere on the window. */
import type { DesktopBridge } from '../../src-main/contract/bridge.ts';

export interface FolderDrop {
  /** Absolute paths of the dropped folders; empty in a browser, which does not tell them. */
  readonly paths: readonly string[];
  /** What the first of them is called. */
  readonly name: string;
}

export interface FolderDropOptions {
  /** Files are being dragged over the window, or no longer are. */
  onOver(over: boolean): void;
  onDrop(drop: FolderDrop): void;
  /** Only files were dropped, no folder. False leaves the event to others. */
  onFiles?(): boolean;
}

/** Listens until the returned function is called. */
export function watchFolderDrop(window: Window, { onOver, onDrop, onFiles }: FolderDropOptions): () => void {
  /** Every element passed over enters before the last one leaves; at 0 the drag has left the window. */
  let inside = 0;
  const show = (count: number) => {
    inside = Math.max(0, count);
    onOver(inside > 0);
  };
  const enter = (event: DragEvent) => holdsFiles(event) && show(inside + 1);
  const leave = (event: DragEvent) => holdsFiles(event) && show(inside - 1);
  const over = (event: DragEvent) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy';
  };
  const drop = (event: DragEvent) => {
    if (!holdsFiles(event)) return;
    show(0);
    const dropped = droppedFolders(event.dataTransfer);
    if (!dropped && !onFiles?.()) return;
    // The window's own drop zone hears of it too, and leaves what is prevented.
    event.preventDefault();
    if (dropped) onDrop(dropped);
  };
  const listeners = { dragenter: enter, dragleave: leave, dragover: over, drop } as const;
  for (const [type, listener] of Object.entries(listeners))
    window.addEventListener(type, listener as EventListener, { capture: true });
  return () => {
    for (const [type, listener] of Object.entries(listeners))
      window.removeEventListener(type, listener as EventListener, { capture: true });
  };
}

const holdsFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;

/** null when no folder was among what was dropped. Must be called while the event is being handled. */
export function droppedFolders(transfer: DataTransfer | null): FolderDrop | null {
  const folders = [...(transfer?.items ?? [])].flatMap((item) => {
    const entry = item.webkitGetAsEntry();
    const file = entry?.isDirectory ? item.getAsFile() : null;
    return entry && file ? [{ name: entry.name, file }] : [];
  });
  const [first] = folders;
  if (!first) return null;
  const { likeness } = globalThis as { likeness?: DesktopBridge };
  const paths = folders.map(({ file }) => likeness?.pathOf(file) ?? '').filter(Boolean);
  return { paths, name: first.name };
}
