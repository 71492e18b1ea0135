/** What came of a run, as its folder holds it: read back after a kill, and from files that others made. */
import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { learnGoals, learnStarts, type LearnResult } from '../contract/learn.ts';
import { engineChoices, methodNames } from '../contract/run.ts';

const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const difference = v.pipe(v.number(), v.minValue(-1), v.maxValue(1));
const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1e12));
const text = (most: number) => v.pipe(v.string(), v.maxLength(most));
const verdict = v.picklist(['better', 'worse', 'same']);

const resultSchema = v.object({
  method: v.picklist(methodNames),
  start: v.picklist(learnStarts),
  goal: v.picklist(learnGoals.filter((goal) => goal !== 'people')),
  base: text(200),
  encoder: text(200),
  engine: v.picklist(engineChoices.filter((engine) => engine !== 'auto')),
  device: text(500),
  photos: v.object({ learned: count, heldOut: count }),
  steps: count,
  passes: v.pipe(v.number(), v.minValue(0)),
  compared: v.pipe(
    v.array(
      v.object({
        what: v.picklist(['half', 'mates', 'class', 'knn', 'words']),
        title: text(200),
        queries: count,
        before: share,
        after: share,
        low: difference,
        high: difference,
        verdict,
      }),
    ),
    v.maxLength(20),
  ),
  // Rounding may leave it a little below nothing.
  moved: v.nullable(v.pipe(v.number(), v.minValue(-0.001), v.maxValue(2.001))),
  verdict,
  words: text(4000),
  seconds: v.pipe(v.number(), v.minValue(0)),
  out: text(4096),
});

/** @returns null when the file is not there, not whole, or no result. */
export function readResult(path: string): LearnResult | null {
  try {
    return parseResult(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

/** @throws an error that says what is wrong with the text. */
export function parseResult(json: string): LearnResult {
  return v.parse(resultSchema, JSON.parse(json));
}
