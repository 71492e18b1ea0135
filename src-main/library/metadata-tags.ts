/** The reader's tags as plain values: one text, a list of texts, or a number. Values come from files and are trusted in nothing. */
import type { ExpandedTags } from 'exifreader';

/** One group of tags, whatever the reader's types promise about each. */
export type Tags = Readonly<Record<string, unknown>>;

export interface TagGroups {
  readonly exif: Tags;
  readonly xmp: Tags;
  readonly iptc: Tags;
  readonly gps: { readonly Latitude?: number; readonly Longitude?: number };
}

/** Longest text that is kept: a caption of a few pages. */
const longestText = 10_000;

export function groupsOf(tags: ExpandedTags): TagGroups {
  return {
    exif: (tags.exif ?? {}) as Tags,
    xmp: (tags.xmp ?? {}) as Tags,
    iptc: (tags.iptc ?? {}) as Tags,
    gps: tags.gps ?? {},
  };
}

/** The tag's text, trimmed; null when it is absent, blank, or no text. */
export function text(tag: unknown): string | null {
  return texts(tag)[0] ?? null;
}

/** All texts of a list, trimmed, blanks left out; of a text in several languages, the default first. */
export function texts(tag: unknown): string[] {
  if (Array.isArray(tag)) return tag.flatMap(texts);
  if (typeof tag === 'string') return clean(tag);
  if (typeof tag !== 'object' || tag === null) return [];
  const { value, description } = tag as { value?: unknown; description?: unknown };
  // IPTC's values are bytes; the reader has decoded them into the description.
  if (Array.isArray(value) && value.every((one) => typeof one === 'number')) return texts(description);
  return texts(value);
}

/** A number, a fraction [numerator, denominator], or a number in words; null when it is none or not finite. */
export function number(tag: unknown): number | null {
  const value = typeof tag === 'object' && tag !== null && 'value' in tag ? tag.value : tag;
  if (Array.isArray(value)) {
    if (value.length === 2 && typeof value[0] === 'number' && typeof value[1] === 'number')
      return finite(value[0] / value[1]);
    return value.length > 0 ? number(value[0]) : null;
  }
  if (typeof value === 'string') {
    const fraction = /^\s*(-?[\d.]+)\s*(?:\/\s*([\d.]+))?\s*$/.exec(value);
    return fraction ? finite(Number(fraction[1]) / Number(fraction[2] ?? 1)) : null;
  }
  return typeof value === 'number' ? finite(value) : null;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function clean(value: string): string[] {
  // Control characters and broken surrogates come from old or damaged writers and show as boxes.
  const trimmed = value
    .replaceAll(/(?![\t\n\r])\p{Cc}/gu, '')
    .trim()
    .slice(0, longestText)
    .toWellFormed();
  return trimmed === '' ? [] : [trimmed];
}
