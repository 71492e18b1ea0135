/** `likeness learn --goal people`: learns to tell faces apart from names and corrections; a matter of seconds, without a run. */
import type { App } from '../../app.ts';
import type { FaceHead } from '../../contract/learn-faces.ts';
import type { RunSummary } from '../../contract/learn.ts';
import type { Answer, Context } from './command.ts';
import { LikenessError } from '../../contract/errors.ts';
import { columns } from './table.ts';
import { unlessAborted } from './unless-aborted.ts';

/** @param apply  uses it when it is better. */
export async function learnFaces(app: App, apply: boolean, { output, signal }: Context): Promise<Answer> {
  const learned = unlessAborted(app.call('people.learn', {}), signal, interrupted);
  const { head } = await learned;
  const better = head.verdict === 'better';
  if (apply && better) await app.call('people.useHead', { head: head.id });
  if (apply && !better) output.note('It is not used: it tells people apart no better than before.');
  const used = apply && better;
  return { data: summaryOf(head, used), text: () => headText(head, used) };
}

/** The same keys as of a run, with the head's number for the run's. */
function summaryOf({ id, model, before, after, verdict }: FaceHead, applied: boolean): RunSummary {
  return {
    run: id,
    name: 'People',
    method: 'triplet',
    base: model,
    before: { pairs: before },
    after: { pairs: after },
    verdict,
    applied,
  };
}

function headText({ words, before, after, verdict }: FaceHead, used: boolean): string {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const next = used
    ? 'Faces are grouped with it from now on.'
    : verdict === 'better'
      ? '`likeness learn --goal people --apply` learns again and uses it.'
      : 'Faces are grouped as before.';
  return [
    words,
    '',
    columns([['Pairs of faces told rightly', percent(before), '→', percent(after)]], [1, 3]),
    '',
    next,
  ].join('\n');
}

function interrupted(): LikenessError {
  return new LikenessError(
    'cancelled',
    'Stopped before it had learned; nothing is kept.',
    'Run the same command again.',
  );
}
