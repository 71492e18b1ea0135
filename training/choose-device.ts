/** Which engine a run computes on, and what it is called. */
import { cpus } from 'node:os';
import { LikenessError } from '../src-main/contract/errors.ts';
import type { EngineChoice } from '../src-main/contract/run.ts';
import type { EngineName } from './engines/engine.ts';
import { chooseEngine, probe } from './engines/probe.ts';

export interface Device {
  readonly engine: EngineName;
  /** Of the graphics card, or the processor. */
  readonly name: string;
  /** It multiplies in half precision, and rightly. */
  readonly half: boolean;
}

export const processor = (): Device => ({
  engine: 'cpu',
  name: cpus()[0]?.model.trim() ?? 'processor',
  half: false,
});

/** Engines that work on this computer, the best first, those in plain JavaScript left out. Takes seconds where drivers start. */
export async function workingEngines(): Promise<
  readonly { readonly engine: EngineName; readonly device: string }[]
> {
  const found = (await probe()).filter(({ works, plain }) => works && !plain);
  return found.map(({ engine, device }) => ({
    engine,
    device: engine === 'cpu' ? processor().name : device,
  }));
}

/**
 * The best engine for `auto`, else the one that was asked for; the processor is not probed, the others are.
 * @throws LikenessError `bad-input` when the one that was asked for does not work here, with the runtime's reason.
 */
export async function chooseDevice(choice: EngineChoice, note: (text: string) => void): Promise<Device> {
  if (choice === 'cpu') return processor();
  const found = choice === 'auto' ? await chooseEngine() : (await probe({ engines: [choice] }))[0]!;
  if (!found.works)
    throw new LikenessError(
      'bad-input',
      `The engine ${choice} does not work on this computer: ${found.reason ?? 'no reason is given'}.`,
      'Leave --engine away, and the best one that works is taken.',
    );
  const device: Device =
    found.engine === 'cpu' ? processor() : { engine: found.engine, name: found.device, half: found.half };
  note(`Computing on ${device.engine}: ${device.name}${device.half ? ', in half precision' : ''}.`);
  return device;
}
