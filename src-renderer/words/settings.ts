/** What the settings and the shortcut sheet say. */
import { formatNumber } from '../layout/formats.ts';
import { photos } from './counts.ts';

export const settingsWords = {
  settings: {
    appearance: 'Appearance',
    theme: 'Theme',
    themes: { system: 'System', light: 'Light', dark: 'Dark' },
    darkViewer: 'Dark viewer',
    darkViewerText: 'A single photo is always shown on black',
    density: 'Density',
    densityText: 'Compact fits more on the screen',
    densities: { comfortable: 'Comfortable', compact: 'Compact' },
    tiles: 'Photos as',
    tileKinds: { rows: 'Rows', squares: 'Squares' },
    rowHeight: 'Photo size',
    rowHeightText: 'Also with + and − in the grid',
    pixels: (value: number) => `${formatNumber(Math.round(value))} px`,
    encoder: 'Encoder',
    encoderText:
      'An encoder turns a photo into a fingerprint that can be compared with words and with other photos.',
    licence: (name: string) => `Licence: ${name}`,
    inUse: 'In use',
    notInUse: 'Installed',
    computer: 'Computer',
    pace: 'Pace of background work',
    paces: { gentle: 'Gentle', normal: 'Normal', full: 'Full' },
    paceTexts: {
      gentle: 'One photo at a time; the computer stays quiet',
      normal: 'Leaves one processor core to other programs',
      full: 'Uses every processor core',
    },
    battery: 'Learn on battery',
    batteryText: 'Else a run waits until the computer has mains power again',
    keyboard: 'Keyboard',
    letterKeys: 'Single-letter keys',
    letterKeysText: 'S for similar photos, I for info and so on, while no text field has the focus',
    allKeys: 'Keyboard shortcuts',
    allKeysText: 'Every key, in one sheet',
    show: 'Show',
    library: 'Library',
    libraryFolder: 'Library folder',
    librarySize: 'Size',
    librarySizeText: 'What Likeness knows about your photos, and their thumbnails',
    contents: 'Photos',
    contentsOf: (count: number, folders: number) =>
      `${photos(count)} in ${folders === 1 ? '1 folder' : `${formatNumber(folders)} folders`}`,
    manage: 'Folders',
    privacy: 'Privacy',
    privacyTitle: 'Nothing leaves this computer',
    privacyText:
      'No account, no upload, no tracking. The network is used only to download an encoder that you ask for. Your originals are only ever read: never changed, moved or renamed.',
    about: 'About',
    hosts: { electron: 'In its own window', web: 'In the browser, on this computer only' },
    version: (version: string) => `Likeness ${version}`,
    sections: 'Sections of the settings',
  },
  shortcuts: {
    find: 'Find a shortcut',
    none: (query: string) => `No shortcut is called “${query}”.`,
    lettersOff: 'Single-letter keys are switched off in Settings.',
  },
} as const;
