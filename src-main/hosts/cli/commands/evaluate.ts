/** `likeness evaluate`: how well an encoder tells photos apart. */
import type { EvaluateResult } from '../../../contract/run.ts';
import { command } from '../command.ts';
import { usage } from '../parse.ts';
import { runWatch } from '../run-watch.ts';
import { columns, count } from '../table.ts';

export const evaluate = command({
  name: 'evaluate',
  summary: 'Measure how well an encoder tells photos apart and finds them again',
  takes: '',
  count: [0, 0],
  options: {
    encoder: {
      type: 'text',
      value: 'DIR or ID',
      summary: 'folder of a run or an encoder, or the id of an installed one; built-in is ours',
    },
    data: { type: 'text', value: 'PATH', summary: 'a folder of photos, a .tar of them, or a library' },
    captions: { type: 'text', value: 'TSV', summary: 'a file of captions: on each line file, tab, caption' },
    labels: {
      type: 'text',
      value: 'FROM',
      choices: ['folders'],
      summary: 'what a photo’s class is: the folder that it lies in',
    },
    threads: { type: 'number', value: 'N', min: 1, max: 1024, summary: 'processor threads (default: all)' },
  },
  examples: [
    'likeness evaluate --encoder built-in --data ~/Pictures',
    'likeness --json evaluate --encoder runs/words --data test.tar --labels folders',
  ],
  async run({ options: { encoder, data, captions, labels, threads } }, context) {
    if (!encoder)
      throw usage(
        '`likeness evaluate` needs --encoder.',
        'Name the folder of a run or an encoder, or an id of `likeness models list`.',
      );
    if (!data)
      throw usage(
        '`likeness evaluate` needs --data PATH.',
        'Name a folder of photos, a .tar of them, or a library.',
      );
    const trainings = await context.trainings();
    const wish = {
      encoder: { dir: context.absolute(encoder), id: encoder },
      data: context.absolute(data),
      captions: captions === undefined ? null : context.absolute(captions),
      labels: labels === undefined ? null : ('folders' as const),
      threads: threads ?? null,
    };
    const result = await trainings.evaluate(wish, runWatch(context));
    return { data: evaluateData(result), text: () => evaluateText(result) };
  },
});

/** The keys that programs may count on, and no others. */
function evaluateData(result: EvaluateResult): EvaluateResult {
  const { knn, linearProbe, retrieval, alignment, uniformity, collapse } = result;
  const { r1, r5, r10, medianRank } = retrieval;
  return { knn, linearProbe, retrieval: { r1, r5, r10, medianRank }, alignment, uniformity, collapse };
}

const withoutClasses = 'takes photos in folders that are classes, and --labels folders';

function evaluateText({ knn, linearProbe, retrieval, ...result }: EvaluateResult): string {
  const { r1, r5, r10, medianRank } = retrieval;
  const rows = [
    ['Class by its neighbours', knn === null ? withoutClasses : percent(knn)],
    ['Class by a linear probe', linearProbe === null ? withoutClasses : percent(linearProbe)],
    ['Found first', percent(r1)],
    ['Found among the first 5, 10', `${percent(r5)}, ${percent(r10)}`],
    ['Median rank', count(medianRank)],
    ['Alignment', result.alignment.toFixed(3)],
    ['Uniformity', result.uniformity.toFixed(3)],
    ['Embeddings', result.collapse.reason ?? 'they tell photos apart'],
  ];
  return columns(rows);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
