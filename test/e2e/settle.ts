/** Waiting for states of a page. What runs in the page is text: the tests are checked without the types of the DOM. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';

const waitMs = 60_000;

/**
 * Resolves once an expression holds, with its value. Playwright's own waitForFunction would evaluate text in the page,
 * which our content policy refuses.
 * @throws Error with the expression after a minute.
 */
export async function until<Value>(page: Page, expression: string): Promise<Value> {
  const endMs = Date.now() + waitMs;
  for (;;) {
    const value = await page.evaluate<Value>(expression);
    if (value) return value;
    if (Date.now() > endMs) throw new Error(`It never came true: ${expression}`);
    await delay(50);
  }
}

/**
 * Resolves once every animation that ends has ended: a colour half way from one theme to the other, or a menu half
 * faded in, is not what a person reads.
 */
export async function settle(page: Page): Promise<void> {
  await page.evaluate(`(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const moving = () => document.getAnimations().filter(({ effect, playState }) =>
      playState === 'running' && effect.getComputedTiming().endTime !== Infinity);
    do {
      await Promise.allSettled(moving().map(({ finished }) => finished));
      await frame();
      await frame();
    } while (moving().length > 0);
  })()`);
}

/** Resolves once every photo in sight is drawn. @returns how many there are. */
export function photosDrawn(page: Page): Promise<number> {
  return until(
    page,
    `(() => {
    const tiles = [...document.querySelectorAll('[role=option][data-id]')].filter((tile) => {
      const { top, bottom } = tile.getBoundingClientRect();
      return bottom > 0 && top < innerHeight;
    });
    const isDrawn = (tile) => {
      const image = tile.querySelector('img');
      return image.complete && image.naturalWidth > 0;
    };
    return tiles.length > 0 && tiles.every(isDrawn) && tiles.length;
  })()`,
  );
}
