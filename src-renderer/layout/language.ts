/** The language in which numbers and dates are written: the one of the person's system. */

/**
 * @param reported  as a browser tells it: “de-CH”, and “en-US@posix” where the system names no language.
 * @returns a tag that Intl takes; “en” where nothing of what was reported can be used.
 */
export function languageFrom(reported: string | undefined): string {
  const [tag = ''] = (reported ?? '').split(/[@.]/, 1);
  try {
    return Intl.getCanonicalLocales(tag.replaceAll('_', '-'))[0] ?? 'en';
  } catch {
    // Intl would throw at the first date, and the window would stay empty.
    return 'en';
  }
}

export const language = languageFrom(globalThis.navigator?.language);
