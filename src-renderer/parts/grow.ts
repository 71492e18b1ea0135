/** A picture grows out of its tile, or shrinks back into it, while what is around it comes and goes. */
export interface Growth {
  /** The picture at its place in the viewer. */
  readonly picture: HTMLElement;
  /** The tile on the window. */
  readonly tile: DOMRect;
  /** The viewer: its other parts and its ground fade. */
  readonly around: HTMLElement;
}

const growMs = 280;
const fadeMs = 180;
const easing = 'cubic-bezier(.2,0,0,1)';

/** Resolves when the picture has arrived; at once for those who asked for less motion. */
export async function grow({ picture, tile, around }: Growth, way: 'in' | 'out'): Promise<void> {
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
  const full = picture.getBoundingClientRect();
  if (full.width === 0 || full.height === 0) return;
  // A square tile shows a part of its photo: the rest is clipped, and opens on the way.
  const scale = Math.max(tile.width / full.width, tile.height / full.height);
  const hiddenX = Math.max(0, (full.width - tile.width / scale) / 2);
  const hiddenY = Math.max(0, (full.height - tile.height / scale) / 2);
  const shiftX = tile.left + tile.width / 2 - (full.left + full.width / 2);
  const shiftY = tile.top + tile.height / 2 - (full.top + full.height / 2);
  const atTile = {
    transform: `translate(${shiftX}px, ${shiftY}px) ${picture.style.transform} scale(${scale})`,
    clipPath: `inset(${hiddenY}px ${hiddenX}px)`,
  };
  const atPlace = { transform: picture.style.transform, clipPath: 'inset(0px)' };
  const others = [
    ...around.querySelectorAll<HTMLElement>(':scope > header, :scope > .film, :scope > .panel'),
  ];
  const order = <T>(frames: readonly [T, T]): T[] => (way === 'in' ? [...frames] : frames.toReversed());
  const fading = { duration: fadeMs, easing, fill: way === 'out' ? 'forwards' : 'none' } as const;
  const ground = getComputedStyle(around).backgroundColor;
  around.animate(order([{ backgroundColor: 'transparent' }, { backgroundColor: ground }] as const), fading);
  for (const other of others) other.animate(order([{ opacity: 0 }, { opacity: 1 }] as const), fading);
  const moving = picture.animate(order([atTile, atPlace] as const), {
    duration: growMs,
    easing,
    fill: way === 'out' ? 'forwards' : 'none',
  });
  // Cancelled when the viewer is taken away meanwhile: then there is nothing to wait for.
  await moving.finished.catch(() => undefined);
}
