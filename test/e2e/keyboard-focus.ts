/** Where the keyboard's focus is, and whether a person sees it. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import sharp from 'sharp';

export interface Focus {
  /** As it is read aloud, or its words; '' for the page itself. */
  readonly name: string;
  readonly role: string;
}

export function focusOf(page: Page): Promise<Focus> {
  return page.evaluate(`(() => {
    const one = document.activeElement;
    if (!one || one === document.body) return { name: '', role: '' };
    const words = one.getAttribute('aria-label') ?? (one.labels?.[0] ?? one).textContent;
    return {
      name: words.replaceAll(/\\s+/g, ' ').trim(),
      role: one.getAttribute('role') ?? one.type ?? one.tagName.toLowerCase(),
    };
  })()`);
}

/** Presses Tab until the focus is there; every stop on the way must be seen. @returns the names of all stops. */
export async function tabTo(page: Page, name: string | RegExp, key = 'Tab'): Promise<string[]> {
  const stops: string[] = [];
  const isIt = (stop: string) => (typeof name === 'string' ? stop === name : name.test(stop));
  for (let press = 0; press < 40; press++) {
    await page.keyboard.press(key);
    const focus = await focusOf(page);
    stops.push(focus.name);
    if (focus.role !== '') await assertFocusSeen(page);
    if (isIt(focus.name)) return stops;
  }
  assert.fail(`${key} never led to ${name}, only to: ${stops.join(' | ')}`);
}

/**
 * Taking the focus and its ring away changes what is drawn at its place: at least a line of 2 px along one long side.
 * The place must lie within the window, and nothing may cover its middle.
 */
export async function assertFocusSeen(page: Page): Promise<void> {
  const { name } = await focusOf(page);
  const place = await page.evaluate<{ x: number; y: number; width: number; height: number } | null>(`(() => {
    const one = document.activeElement;
    // A field or a choice in a label is drawn by it.
    const drawn = one.closest('label') ?? one;
    const { left, top, right, bottom } = drawn.getBoundingClientRect();
    const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    if (!hit || !(drawn.contains(hit) || hit.contains(drawn))) return null;
    const [x, y] = [Math.max(0, left - 6), Math.max(0, top - 6)];
    return { x, y, width: Math.min(innerWidth, right + 6) - x, height: Math.min(innerHeight, bottom + 6) - y };
  })()`);
  assert.ok(place, `“${name}” has the focus, but is out of sight or covered`);
  const look = async () => {
    const shot = await page.screenshot({ clip: place, animations: 'disabled' });
    return sharp(shot).removeAlpha().raw().toBuffer();
  };
  const focused = await look();
  // The current photo of a grid keeps its ring while the focus is elsewhere.
  await page.evaluate(
    `globalThis.held = document.activeElement; held.blur(); held.style.setProperty('outline', 'none', 'important')`,
  );
  const blurred = await look();
  await page.evaluate(
    `held.style.removeProperty('outline'); held.focus({ preventScroll: true, focusVisible: true })`,
  );
  let changed = 0;
  for (let at = 0; at < focused.length; at += 3)
    if (
      Math.abs(focused[at]! - blurred[at]!) +
        Math.abs(focused[at + 1]! - blurred[at + 1]!) +
        Math.abs(focused[at + 2]! - blurred[at + 2]!) >
      60
    )
      changed++;
  const least = 2 * Math.min(100, Math.max(place.width, place.height) - 12);
  assert.ok(changed >= least, `the focus on “${name}” changes ${changed} pixels, too few to be seen`);
}
