/** What a person can set, with its defaults. Kept in the library. */
import * as v from 'valibot';
import { keeperRules } from './duplicate-kinds.ts';

export const settingsSchema = v.object({
  theme: v.optional(v.picklist(['system', 'light', 'dark']), 'system'),
  /** The viewer stays dark in the light theme. */
  darkViewer: v.optional(v.boolean(), false),
  density: v.optional(v.picklist(['comfortable', 'compact']), 'comfortable'),
  tiles: v.optional(v.picklist(['rows', 'squares']), 'rows'),
  /** Height of a row of photos, CSS px. */
  rowHeight: v.optional(v.pipe(v.number(), v.minValue(80), v.maxValue(480)), 184),
  /** Single-letter keys act on photos (WCAG 2.1.4: can be switched off). */
  letterKeys: v.optional(v.boolean(), true),
  /** Learning goes on while the computer runs on battery. */
  learnOnBattery: v.optional(v.boolean(), false),
  /** The recommended encoder is offered on the search screen to whoever has none like it. */
  encoderOffer: v.optional(v.boolean(), true),
  /** Faces are looked for. Turned on by `people.turnOn`, which begins with it. */
  people: v.optional(v.boolean(), false),
  /** What decides which of several duplicates is kept, the most important first; those left out decide nothing. */
  keeperRules: v.optional(v.array(v.picklist(keeperRules)), [...keeperRules]),
  /** Folders whose photos are rather kept, the most preferred first; absolute paths. */
  keeperFolders: v.optional(v.array(v.string()), []),
  /** Share of processor cores that background work may take. */
  pace: v.optional(v.picklist(['gentle', 'normal', 'full']), 'normal'),
});
export type Settings = v.InferOutput<typeof settingsSchema>;
export const defaultSettings: Settings = v.parse(settingsSchema, {});
