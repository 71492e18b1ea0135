/** `likeness train`: makes an encoder from photos. */
import {
  engineChoices,
  methodNames,
  netNames,
  presetNames,
  type EngineChoice,
  type MethodName,
  type NetName,
  type PresetName,
  type RunRequest,
  type TrainResult,
} from '../../../contract/run.ts';
import type { TrainingWish } from '../../../trainings.ts';
import { command, type Context, type OptionSpecs, type OptionValues } from '../command.ts';
import { usage } from '../parse.ts';
import { runWatch } from '../run-watch.ts';
import { columns, count, duration } from '../table.ts';

const options = {
  method: { type: 'text', value: 'M', choices: methodNames, summary: 'how it learns' },
  data: { type: 'text', value: 'PATH', summary: 'a folder of photos, a .tar of them, or a library' },
  captions: { type: 'text', value: 'TSV', summary: 'a file of captions: on each line file, tab, caption' },
  engine: {
    type: 'text',
    value: 'E',
    choices: engineChoices,
    summary: 'what computes; auto (default) is the best that works',
  },
  preset: {
    type: 'text',
    value: 'SIZE',
    choices: presetNames,
    summary: 'how large: small (default) up to 10,000 photos, smoke only tries the way',
  },
  epochs: { type: 'number', value: 'N', min: 1, summary: 'how often every photo is seen' },
  seed: { type: 'number', value: 'N', min: 0, summary: 'chance starts from here (default: 0)' },
  out: { type: 'text', value: 'DIR', summary: 'the run’s folder (default: a new one in the library’s runs)' },
  resume: { type: 'text', value: 'DIR', summary: 'go on with the run in this folder' },
  net: { type: 'text', value: 'NET', choices: netNames, summary: 'the encoder’s shape' },
  side: {
    type: 'number',
    value: 'PX',
    min: 8,
    max: 1024,
    summary: 'side of the images that the encoder sees',
  },
  batch: { type: 'number', value: 'N', min: 2, summary: 'photos that are compared at once' },
  micro: {
    type: 'number',
    value: 'N',
    min: 1,
    summary: 'photos that the network sees at once: less memory, same result',
  },
  rate: { type: 'text', value: 'R', summary: 'learning rate for a batch of 256, such as 0.001' },
  threads: { type: 'number', value: 'N', min: 1, max: 1024, summary: 'processor threads (default: all)' },
  kind: {
    type: 'text',
    value: 'KIND',
    choices: ['photos', 'scans'],
    summary: 'scans have no up and no colours that mean something: microscopy, X-rays, spectrograms',
  },
} as const satisfies OptionSpecs;

export const train = command({
  name: 'train',
  summary: 'Make an encoder of your own from photos; Ctrl+C stops it, and it can go on later',
  takes: '',
  count: [0, 0],
  options,
  examples: [
    'likeness train --method simclr --data ~/Pictures',
    'likeness train --method clip --data photos --captions captions.tsv --epochs 20 --out runs/words',
    'likeness train --method dino --data scans.tar --kind scans --preset library --engine cuda',
    'likeness train --resume runs/words',
  ],
  async run({ options: given }, context) {
    const wish = given.resume === undefined ? wishOf(given, context) : nothingBesidesResume(given);
    const trainings = await context.trainings();
    const watch = runWatch(context);
    const result = await (wish
      ? trainings.train(wish, watch)
      : trainings.resume(context.absolute(given.resume ?? ''), watch));
    return { data: trainData(result), text: () => trainText(result) };
  },
});

type Given = OptionValues<typeof options>;

/** A run goes on as it was begun: what it was asked for stands in its folder. */
function nothingBesidesResume(given: Given): null {
  const others = Object.keys(options).filter(
    (name) => name !== 'resume' && given[name as keyof Given] !== undefined,
  );
  if (others.length === 0) return null;
  throw usage(
    `--resume takes no --${others[0]}: a run goes on as it was begun.`,
    'Leave it out, or begin another run without --resume.',
  );
}

function wishOf(given: Given, { absolute }: Context): TrainingWish {
  const { method, data, captions, out } = given;
  if (method === undefined)
    throw usage('`likeness train` needs --method M.', `It is one of: ${methodNames.join(', ')}.`);
  if (data === undefined || data === '')
    throw usage(
      '`likeness train` needs --data PATH.',
      'Name a folder of photos, a .tar of them, or a library.',
    );
  // Only the choices of each option come this far.
  return {
    method: method as MethodName,
    data: absolute(data),
    captions: captions === undefined ? null : absolute(captions),
    engine: (given.engine ?? 'auto') as EngineChoice,
    preset: (given.preset ?? 'small') as PresetName,
    epochs: given.epochs ?? null,
    seed: given.seed ?? 0,
    out: out === undefined ? null : absolute(out),
    net: (given.net ?? null) as NetName | null,
    side: given.side ?? null,
    batch: given.batch ?? null,
    micro: given.micro ?? null,
    rate: given.rate === undefined ? null : rateOf(given.rate),
    threads: given.threads ?? null,
    kind: (given.kind ?? 'photos') as RunRequest['kind'],
  };
}

function rateOf(text: string): number {
  const rate = Number(text);
  if (rate > 0 && rate < 1000) return rate;
  throw usage(`“${text}” is no learning rate.`, 'Give --rate a number above 0, such as 0.001.');
}

/** The keys that programs may count on, and no others. */
function trainData(result: TrainResult): TrainResult {
  const { method, engine, device, epochs, steps, loss, collapse, photosPerSecond, seconds, out } = result;
  return { method, engine, device, epochs, steps, loss, collapse, photosPerSecond, seconds, out };
}

function trainText({
  method,
  engine,
  device,
  epochs,
  steps,
  loss,
  collapse,
  ...result
}: TrainResult): string {
  const rows = [
    ['Method', method],
    ['Engine', `${engine} on ${device}`],
    ['Epochs', `${count(epochs)} (${count(steps)} steps)`],
    ['Loss', `${loss.at(0)?.toPrecision(4) ?? ''} → ${loss.at(-1)?.toPrecision(4) ?? ''}`],
    ['Embeddings', collapse.reason ?? 'they tell photos apart'],
    [
      'Speed',
      `${count(Math.round(result.photosPerSecond))} photos a second, ${duration(result.seconds)} in all`,
    ],
    ['Folder', result.out],
  ];
  return columns(rows);
}
