/** What a run trains whose start is a tower: its networks and its method. */
import { readFileSync } from 'node:fs';
import { LikenessError } from '../../src-main/contract/errors.ts';
import type { AnyMethod, Networks } from '../methods/method.ts';
import type { Weights } from '../modules/weights.ts';
import { type ReadTower, readTower } from '../recipes/built-in/read-tower.ts';
import type { Statistics } from '../transforms/view.ts';
import { towerEncoder } from './tower-encoder.ts';
import { type TunableName, tunable, tuned } from './tuned.ts';

/** Where a run begins whose network is the tower of an encoder that is there. */
export interface TowerStart {
  /** The tower's file, absolute. */
  readonly model: string;
  /** How its photos are normalised, of pixels from 0 to 1. */
  readonly own: Statistics;
  /** First stages whose weights stay as they are. */
  readonly held: number;
  /** How strongly it is held to what it said before. */
  readonly anchor: number;
}

/** @throws LikenessError bad-input for a model that is no such tower. */
export function openTower(model: string): ReadTower {
  try {
    return readTower(readFileSync(model));
  } catch (cause) {
    throw new LikenessError(
      'bad-input',
      'The weights of this encoder cannot be trained on: only those of the built-in encoder can.',
      'Fit the encoder with an adapter, or train a new network.',
      { cause },
    );
  }
}

/** @param given  how the run normalises photos. @throws as openTower. */
export function towerParts(
  { model, own, held, anchor }: TowerStart,
  method: TunableName,
  given: Statistics,
): { readonly method: AnyMethod; readonly networks: Networks } {
  const read = openTower(model);
  const encoder = (at: Weights) => towerEncoder(at, { read, own, given, held });
  const chosen = tuned<object>(tunable[method] as never, { base: encoder, anchor });
  return { method: chosen as unknown as AnyMethod, networks: { encoder, text: null, batchNorm: true } };
}
