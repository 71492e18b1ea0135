/** Whether a face model's files are those of its card. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { LikenessError } from '../contract/errors.ts';
import { type FaceModelCard, readFaceModel } from './face-networks.ts';

/** Reads every file and compares its sha256 with the card. @throws LikenessError encoder-broken. */
export async function verifyFaceModel(dir: string): Promise<FaceModelCard> {
  const card = readFaceModel(dir);
  for (const { file, sha256 } of Object.values(card.networks)) {
    const hash = createHash('sha256');
    const read = await pipeline(createReadStream(join(dir, file)), hash).then(
      () => true,
      () => false,
    );
    if (read && hash.digest('hex') === sha256) continue;
    throw new LikenessError(
      'encoder-broken',
      read ? `The file “${file}” of ${card.name} is damaged.` : `${card.name} lacks its file “${file}”.`,
      'Install it again, or use the built-in model for faces.',
    );
  }
  return card;
}
