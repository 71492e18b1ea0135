/** What lies over something else, or reaches out of the window where nothing scrolls to it. */
import type { Page } from 'playwright-core';
import { settle } from './settle.ts';

/**
 * One line for each text or control that is cut off, lies on another one, or cannot be hit at its middle. The strip of
 * photos in the viewer reaches out at both ends on purpose; messages, suggestions, menus and the bar of a selection float
 * on purpose.
 */
export async function layoutFaults(page: Page): Promise<string[]> {
  await settle(page);
  return page.evaluate<string[]>(`(${inPage})()`);
}

const inPage = `() => {
  const found = [];
  const strip = '[aria-label="Photos beside this one"]';
  const floating = '[role=toolbar], [role=menu], [aria-label=Messages], [role=slider], [role=search]';
  const controls = 'button, a[href], input, select, [role=option], [role=slider]';
  const round = ({ left, top, right, bottom }) => [left, top, right, bottom].map(Math.round).join(' ');
  const nameOf = (one) =>
    one.tagName.toLowerCase() + ' “' + (one.getAttribute('aria-label') ?? one.textContent).trim().slice(0, 48) + '”';
  /** Words that are read aloud only are clipped to nothing. */
  const isClipped = (one) =>
    one !== null && (getComputedStyle(one).clipPath === 'inset(50%)' || isClipped(one.parentElement));
  const isShown = (one) =>
    one.checkVisibility({ visibilityProperty: true }) && !one.closest('[inert], ' + strip) && !isClipped(one);
  const ownText = (one) => [...one.childNodes].filter((node) => node.nodeType === 3 && node.data.trim() !== '');

  /** The part of the window in which an element can be seen, and whether something scrolls it up and down. */
  const viewOf = (one) => {
    const view = { left: 0, top: 0, right: innerWidth, bottom: innerHeight, scrolls: false };
    for (let up = one.parentElement; up && up !== document.body; up = up.parentElement) {
      const { overflowX, overflowY, position } = getComputedStyle(up);
      const box = up.getBoundingClientRect();
      if (overflowX !== 'visible') {
        view.left = Math.max(view.left, box.left);
        view.right = Math.min(view.right, box.right);
      }
      if (overflowY !== 'visible') {
        view.top = Math.max(view.top, box.top);
        view.bottom = Math.min(view.bottom, box.bottom);
        view.scrolls ||= overflowY === 'auto' || overflowY === 'scroll';
      }
      if (position === 'fixed') break;
    }
    return view;
  };
  const clipped = (box, view) => ({
    left: Math.max(box.left, view.left),
    top: Math.max(box.top, view.top),
    right: Math.min(box.right, view.right),
    bottom: Math.min(box.bottom, view.bottom),
  });

  if (document.documentElement.scrollWidth > innerWidth) found.push('the page scrolls sideways');
  const texts = [];
  // What lies behind a sheet is out of reach on purpose.
  const top = document.querySelector('dialog:modal') ?? document.body;
  for (const one of top.querySelectorAll('*')) {
    const isControl = one.matches(controls);
    const words = ownText(one);
    if ((!isControl && words.length === 0) || !isShown(one)) continue;
    const box = one.getBoundingClientRect();
    if (box.width <= 1 || box.height <= 1) continue;
    const view = viewOf(one);
    if (box.left < view.left - 1 || box.right > view.right + 1)
      found.push(nameOf(one) + ' is cut off at the side: ' + round(box) + ' in ' + round(view));
    if (!view.scrolls && (box.top < view.top - 1 || box.bottom > view.bottom + 1))
      found.push(nameOf(one) + ' is out of reach: ' + round(box) + ' in ' + round(view));
    const { overflowX, textOverflow } = getComputedStyle(one);
    if (words.length > 0 && overflowX !== 'visible' && textOverflow !== 'ellipsis' && one.scrollWidth > one.clientWidth + 1)
      found.push(nameOf(one) + ' loses letters: ' + one.scrollWidth + ' px in ' + one.clientWidth);

    for (const node of one.closest(floating) ? [] : words) {
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const line of range.getClientRects()) {
        const seen = clipped(overflowX === 'visible' ? line : clipped(line, box), view);
        if (seen.right - seen.left > 2 && seen.bottom - seen.top > 2) texts.push({ one, seen });
      }
    }
    if (!isControl || one.matches('[role=option]') || one.disabled) continue;
    const x = (box.left + box.right) / 2;
    const y = (box.top + box.bottom) / 2;
    if (x < view.left || x > view.right || y < view.top || y > view.bottom) continue;
    const hit = document.elementFromPoint(x, y);
    const isIt = one.contains(hit) || hit?.closest('label')?.contains(one);
    if (!isIt && !hit?.closest(floating)) found.push(nameOf(one) + ' lies under ' + (hit ? nameOf(hit) : 'nothing'));
  }
  for (const [index, { one, seen }] of texts.entries())
    for (const other of texts.slice(index + 1)) {
      if (one.contains(other.one) || other.one.contains(one)) continue;
      const wide = Math.min(seen.right, other.seen.right) - Math.max(seen.left, other.seen.left);
      const high = Math.min(seen.bottom, other.seen.bottom) - Math.max(seen.top, other.seen.top);
      if (wide > 2 && high > 2)
        found.push(nameOf(one) + ' overlaps ' + nameOf(other.one) + ': ' + round(seen) + ' and ' + round(other.seen));
    }
  return found;
}`;
