/** What others find duplicates with: perceptual hashes, and the tree that looks them up (Burkhard and Keller 1973). */
import sharp from 'sharp';

/** 64 bits as two unsigned halves. */
export type Hash = readonly [high: number, low: number];

export function hashOf(bits: string): Hash {
  return [Number.parseInt(bits.slice(0, 32), 2), Number.parseInt(bits.slice(32), 2)];
}

/** Whether each sample of 9 × 8 is darker than the one to its right. */
export async function differenceHash(path: string): Promise<Hash> {
  const grey = await sharp(path)
    .autoOrient()
    .flatten({ background: '#fff' })
    .greyscale()
    .resize(9, 8, { fit: 'fill' })
    .raw()
    .toBuffer();
  let bits = '';
  for (let row = 0; row < 8; row++)
    for (let column = 0; column < 8; column++)
      bits += grey[row * 9 + column]! < grey[row * 9 + column + 1]! ? '1' : '0';
  return hashOf(bits);
}

function ones(value: number): number {
  let v = value - ((value >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return (((v + (v >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}
export const distance = (a: Hash, b: Hash) => ones((a[0] ^ b[0]) >>> 0) + ones((a[1] ^ b[1]) >>> 0);

interface Node {
  readonly hash: Hash;
  readonly at: number;
  readonly children: Map<number, Node>;
}

export class HashTree {
  #root: Node | null = null;

  add(hash: Hash, at: number): void {
    const node = { hash, at, children: new Map<number, Node>() };
    if (!this.#root) {
      this.#root = node;
      return;
    }
    for (let here = this.#root; ;) {
      const apart = distance(hash, here.hash);
      const next = here.children.get(apart);
      if (!next) {
        here.children.set(apart, node);
        return;
      }
      here = next;
    }
  }

  /** Places of all within a distance. */
  near(hash: Hash, within: number): number[] {
    const found: number[] = [];
    const open = this.#root ? [this.#root] : [];
    for (let node = open.pop(); node; node = open.pop()) {
      const apart = distance(hash, node.hash);
      if (apart <= within) found.push(node.at);
      for (const [at, child] of node.children) if (Math.abs(at - apart) <= within) open.push(child);
    }
    return found;
  }
}
