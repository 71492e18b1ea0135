/** The tokens of the theme for what is drawn on a canvas, which CSS does not reach. */

/** The value of a custom property: token('d1') → “#2d62d3”. */
export const token = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** Calls when the theme has changed, until the returned function is called. */
export function onThemeChange(redraw: () => void): () => void {
  const observer = new MutationObserver(redraw);
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  return () => observer.disconnect();
}
