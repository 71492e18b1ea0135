/** Waiting until a page stands still. */
import type { Page } from 'playwright-core';

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
export async function photosDrawn(page: Page): Promise<number> {
  const drawn = await page.waitForFunction(`(() => {
    const tiles = [...document.querySelectorAll('[role=option][data-id]')].filter((tile) => {
      const { top, bottom } = tile.getBoundingClientRect();
      return bottom > 0 && top < innerHeight;
    });
    const isDrawn = (tile) => {
      const image = tile.querySelector('img');
      return image.complete && image.naturalWidth > 0;
    };
    return tiles.length > 0 && tiles.every(isDrawn) && tiles.length;
  })()`);
  return (await drawn.jsonValue()) as number;
}
