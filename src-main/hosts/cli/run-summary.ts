/** A run as commands answer it. */
import type { Compared, Run, RunSummary } from '../../contract/learn.ts';
import { columns } from './table.ts';

/** The keys that programs may count on, and no others. */
export function summaryOf({ id, name, base, use, result }: Run): RunSummary {
  const figures = (side: 'before' | 'after') =>
    Object.fromEntries((result?.compared ?? []).map((compared) => [compared.what, compared[side]]));
  return {
    run: id,
    name,
    method: result?.method ?? null,
    base,
    before: figures('before'),
    after: figures('after'),
    verdict: result?.verdict ?? null,
    applied: use === 'in-use',
  };
}

/** The verdict, the figures behind it, and what can be done next. */
export function runText({ id, name, use, result }: Run): string {
  if (!result) return `Run ${id}, ${name}, has not learned yet.`;
  const next = {
    none: `\`likeness runs apply ${id}\` uses it.`,
    preparing: 'Its use is being prepared.',
    'in-use': 'It finds your photos now; `likeness runs rollback` goes back.',
    'rolled-back': 'The library went back to the encoder before.',
  }[use];
  return [
    result.words,
    '',
    columns(result.compared.map(figureRow), [1, 3]),
    '',
    `Run ${id}, ${name}. ${next}`,
  ].join('\n');
}

function figureRow({ title, before, after }: Compared): string[] {
  return [title, percent(before), '→', percent(after)];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
