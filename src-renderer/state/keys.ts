/** The one table of keys: it feeds the handlers, the tooltips and the shortcut sheet. */
import { words } from '../words.ts';

export type KeySection = 'anywhere' | 'grid' | 'photo' | 'viewer' | 'people' | 'duplicates' | 'learn';

interface KeyRow {
  readonly section: KeySection;
  readonly label: string;
  /**
   * `Ctrl+Shift+X`; the last part is KeyboardEvent.key, letters in upper case. Ctrl means Cmd on macOS. The first
   * one is shown, unless `shown` says otherwise.
   */
  readonly keys: readonly string[];
  /** How the sheet writes it where the first of `keys` would say too little; [] leaves the row out. */
  readonly shown?: readonly string[];
}

const { labels } = words.keys;

export const keyMap = {
  search: { section: 'anywhere', label: labels.search, keys: ['/', 'Ctrl+K'] },
  shortcuts: { section: 'anywhere', label: labels.shortcuts, keys: ['?', 'F1'] },
  settings: { section: 'anywhere', label: labels.settings, keys: ['Ctrl+,'] },
  section1: {
    section: 'anywhere',
    label: labels.sections,
    keys: ['Ctrl+1', 'Alt+1'],
    shown: ['Ctrl', '1–9'],
  },
  section2: { section: 'anywhere', label: labels.sections, keys: ['Ctrl+2', 'Alt+2'], shown: [] },
  section3: { section: 'anywhere', label: labels.sections, keys: ['Ctrl+3', 'Alt+3'], shown: [] },
  section4: { section: 'anywhere', label: labels.sections, keys: ['Ctrl+4', 'Alt+4'], shown: [] },
  section5: { section: 'anywhere', label: labels.sections, keys: ['Ctrl+5', 'Alt+5'], shown: [] },
  section6: { section: 'anywhere', label: labels.sections, keys: ['Ctrl+6', 'Alt+6'], shown: [] },
  section7: { section: 'anywhere', label: labels.sections, keys: ['Ctrl+7', 'Alt+7'], shown: [] },
  section8: { section: 'anywhere', label: labels.sections, keys: ['Ctrl+8', 'Alt+8'], shown: [] },
  section9: { section: 'anywhere', label: labels.sections, keys: ['Ctrl+9', 'Alt+9'], shown: [] },
  undo: { section: 'anywhere', label: labels.undo, keys: ['Ctrl+Z'] },
  toasts: { section: 'anywhere', label: labels.toasts, keys: ['F8'] },
  back: { section: 'anywhere', label: labels.back, keys: ['Alt+ArrowLeft'] },
  escape: { section: 'anywhere', label: labels.escape, keys: ['Escape'] },

  left: { section: 'grid', label: labels.move, keys: ['ArrowLeft'], shown: ['←', '→', '↑', '↓'] },
  right: { section: 'grid', label: labels.move, keys: ['ArrowRight'], shown: [] },
  up: { section: 'grid', label: labels.move, keys: ['ArrowUp'], shown: [] },
  down: { section: 'grid', label: labels.move, keys: ['ArrowDown'], shown: [] },
  pageUp: { section: 'grid', label: labels.page, keys: ['PageUp'], shown: ['Page ↑', 'Page ↓'] },
  pageDown: { section: 'grid', label: labels.page, keys: ['PageDown'], shown: [] },
  extend: { section: 'grid', label: labels.extend, keys: [], shown: ['Shift', '←'] },
  first: { section: 'grid', label: labels.first, keys: ['Home'] },
  last: { section: 'grid', label: labels.first, keys: ['End'], shown: [] },
  toggle: { section: 'grid', label: labels.toggle, keys: ['X', 'Space'] },
  selectAll: { section: 'grid', label: labels.selectAll, keys: ['Ctrl+A'] },
  larger: { section: 'grid', label: labels.larger, keys: ['+', '='], shown: ['+', '−'] },
  smaller: { section: 'grid', label: labels.larger, keys: ['-'], shown: [] },
  toDate: { section: 'grid', label: labels.toDate, keys: ['G'] },

  open: { section: 'photo', label: labels.open, keys: ['Enter'] },
  similar: { section: 'photo', label: labels.similar, keys: ['S'] },
  reveal: { section: 'photo', label: labels.reveal, keys: ['O'] },

  previous: { section: 'viewer', label: labels.step, keys: ['ArrowLeft'], shown: ['←', '→'] },
  next: { section: 'viewer', label: labels.step, keys: ['ArrowRight', 'Space'], shown: [] },
  info: { section: 'viewer', label: labels.info, keys: ['I'] },
  actualSize: { section: 'viewer', label: labels.actualSize, keys: ['Z'] },
  zoomIn: { section: 'viewer', label: labels.zoom, keys: ['+', '='], shown: ['+', '−'] },
  zoomOut: { section: 'viewer', label: labels.zoom, keys: ['-'], shown: [] },
  faces: { section: 'viewer', label: labels.faces, keys: ['F'] },
  drawFace: { section: 'viewer', label: labels.drawFace, keys: ['D'] },

  yes: { section: 'people', label: labels.yes, keys: ['Y'] },
  no: { section: 'people', label: labels.no, keys: ['N'] },
  later: { section: 'people', label: labels.later, keys: ['ArrowRight'] },
  rename: { section: 'people', label: labels.rename, keys: ['F2'] },

  previousGroup: { section: 'duplicates', label: labels.group, keys: ['ArrowUp'], shown: ['↑', '↓'] },
  nextGroup: { section: 'duplicates', label: labels.group, keys: ['ArrowDown'], shown: [] },
  keeperBefore: { section: 'duplicates', label: labels.keeper, keys: ['ArrowLeft'], shown: ['←', '→'] },
  keeperAfter: { section: 'duplicates', label: labels.keeper, keys: ['ArrowRight'], shown: [] },
  binOthers: { section: 'duplicates', label: labels.binOthers, keys: ['Enter'] },
  markOther: { section: 'duplicates', label: labels.mark, keys: ['X'] },
  notDuplicates: { section: 'duplicates', label: labels.notDuplicates, keys: ['N', 'K'] },
  flip: { section: 'duplicates', label: labels.flip, keys: ['Space'] },
  zoomBoth: { section: 'duplicates', label: labels.zoomBoth, keys: ['Z'] },
  skipGroup: { section: 'duplicates', label: labels.skip, keys: ['S'] },

  pauseLearning: { section: 'learn', label: labels.pauseLearning, keys: ['P'] },
} as const satisfies Record<string, KeyRow>;

export type KeyCommand = keyof typeof keyMap;

/** The part of a KeyboardEvent that keys are told by. */
export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
  readonly isComposing: boolean;
  readonly defaultPrevented: boolean;
  readonly target: unknown;
  preventDefault(): void;
}
/** What a screen does on a command; false hands the key to the layer below. */
export type KeyHandlers = { readonly [Command in KeyCommand]?: (event: KeyPress) => boolean | void };

/** What has the focus decides which keys are the window's: a text field wants its letters, a button its Enter, a dialog everything. */
export type FocusPlace = 'dialog' | 'text' | 'control' | 'elsewhere';

export const onMac = /mac/i.test(globalThis.navigator?.platform ?? '');

/** The rows of the shortcut sheet, in the order of the table. */
export function keyRows(): { section: KeySection; label: string; keys: readonly string[] }[] {
  return Object.values<KeyRow>(keyMap)
    .filter((row) => row.shown?.length !== 0)
    .map(({ section, label, keys, shown }) => ({
      section,
      label,
      keys: shown ? shown.map(keyName) : (keys[0] ?? '').split(/\+(?=.)/).map(keyName),
    }));
}

/** For a tooltip: “Similar photos (S)”. */
export function withKey(label: string, command: KeyCommand): string {
  const row: KeyRow = keyMap[command];
  const name = (row.keys[0] ?? '').split(/\+(?=.)/).map(keyName);
  return `${label} (${name.join(onMac ? '' : ' ')})`;
}

const names: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Enter: '↵',
  Escape: 'Esc',
  Delete: 'Del',
  Ctrl: onMac ? '⌘' : 'Ctrl',
};
const keyName = (part: string): string => names[part] ?? part;

/** Does this key press spell `combo`? Shift is only looked at beside letters and named keys: “?” needs it on some keyboards, not on others. */
export function matches(combo: string, event: KeyPress, mac = onMac): boolean {
  const parts = combo.split(/\+(?=.)/);
  const key = parts.pop() ?? '';
  const pressed = event.key === ' ' ? 'Space' : event.key.length === 1 ? event.key.toUpperCase() : event.key;
  if (pressed !== key) return false;
  const main = mac ? event.metaKey : event.ctrlKey;
  const other = mac ? event.ctrlKey : event.metaKey;
  if (other || main !== parts.includes('Ctrl') || event.altKey !== parts.includes('Alt')) return false;
  const shiftCounts = key.length > 1 || /[A-Z]/.test(key);
  return !shiftCounts || event.shiftKey === parts.includes('Shift');
}

/** A letter or a sign alone: off while a text field has the focus, and where the settings say so (WCAG 2.1.4). */
export const isSingleCharacter = (combo: string): boolean => combo.length === 1;

/** Commands whose keys also carry Shift or Ctrl as «extend» and «keep the selection»: the handler reads them from the event. */
const withModifiers: ReadonlySet<KeyCommand> = new Set([
  'left',
  'right',
  'up',
  'down',
  'pageUp',
  'pageDown',
  'first',
  'last',
]);

export interface KeyOptions {
  /** Whether single letters may act now, from the settings. */
  readonly lettersOn: () => boolean;
  readonly focusPlace: (target: unknown) => FocusPlace;
}

/** The part of `window` that keys come from. */
export interface KeySource {
  addEventListener(type: 'keydown', listener: (event: KeyPress) => void): void;
  removeEventListener(type: 'keydown', listener: (event: KeyPress) => void): void;
}

/** The layers of handlers, the newest on top: a viewer over a grid over the window. */
export class Keys {
  #layers: KeyHandlers[] = [];
  #options: KeyOptions;

  constructor(options: KeyOptions) {
    this.#options = options;
  }

  /** Adds a layer. @returns a function that takes it away. */
  bind(handlers: KeyHandlers): () => void {
    this.#layers.push(handlers);
    return () => {
      this.#layers = this.#layers.filter((layer) => layer !== handlers);
    };
  }

  /** Listens until the returned function is called. */
  listen(window: KeySource): () => void {
    const onKeyDown = (event: KeyPress) => this.press(event);
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }

  press(event: KeyPress): void {
    if (event.defaultPrevented || event.isComposing) return;
    const place = this.#options.focusPlace(event.target);
    if (place === 'dialog') return;
    for (const layer of this.#layers.toReversed())
      for (const command of Object.keys(layer) as KeyCommand[]) {
        const combo = keyMap[command].keys.find((keys) => this.#spells(command, keys, event));
        if (!combo || !this.#allowed(combo, place)) continue;
        if (layer[command]?.(event) === false) continue;
        event.preventDefault();
        return;
      }
  }

  #spells(command: KeyCommand, combo: string, event: KeyPress): boolean {
    if (!withModifiers.has(command)) return matches(combo, event);
    return event.key === combo && !event.altKey;
  }

  #allowed(combo: string, place: FocusPlace): boolean {
    if (isSingleCharacter(combo)) return place !== 'text' && this.#options.lettersOn();
    if (combo.startsWith('Ctrl+')) return place !== 'text' || (combo !== 'Ctrl+A' && combo !== 'Ctrl+Z');
    // In a text field Alt and an arrow move by words on macOS, and go back by themselves elsewhere.
    if (combo.startsWith('Alt+')) return place !== 'text';
    if (/^(Escape|F\d+)$/.test(combo)) return true;
    // Enter, Space, arrows: a button, a link or a slider under the focus wants them itself.
    return place === 'elsewhere';
  }
}
