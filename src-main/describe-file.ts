/** What a photo outside the library says about itself. */
import { systemError } from './contract/errors.ts';
import type { PhotoDetails } from './contract/photo.ts';
import { stat } from 'node:fs/promises';
import type { EngineProcess } from './jobs/engine-process.ts';
import { formatWallClock } from './contract/clock.ts';

/** @throws LikenessError: not-found, unsupported-format, unreadable-photo. */
export async function describeFile(path: string, engine: EngineProcess): Promise<PhotoDetails> {
  await stat(path).catch((thrown: unknown) => {
    throw systemError(thrown) ?? thrown;
  });
  const { metadata, hash, format, sizeBytes, width, height } = await engine.call('inspect', { path });
  const { takenAtMs, zoneMinutes, ...rest } = metadata;
  return {
    id: null,
    path,
    state: 'ready',
    reason: null,
    hash,
    format,
    sizeBytes,
    width,
    height,
    takenAt: takenAtMs === null ? null : formatWallClock(takenAtMs, zoneMinutes),
    ...rest,
    place: null,
    copies: [],
  };
}
