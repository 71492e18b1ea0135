import type { EncoderCard } from '../../models/card.ts';
import { percent } from '../adapt/verdict.ts';
import type { JoinedCost, JoinedFacts } from './export-joined.ts';

/** The card.md of an encoder with a network of its own for likeness: what a person should know of it years later. */
export function joinedCardText(
  base: EncoderCard,
  card: EncoderCard,
  facts: JoinedFacts,
  { bytes, milliseconds }: JoinedCost,
): string {
  const { photos, classes, compared, words, net, side, method, methodSource } = facts;
  const rows = compared.map(
    ({ title, queries, before, after, low, high }) =>
      `| ${title} | ${queries} | ${percent(before)} | ${percent(after)} | ${points(low)} to ${points(high)} |`,
  );
  const [megabytesBefore, megabytes] = bytes.map((count) => (count / 1e6).toFixed(1));
  const [msBefore, ms] = milliseconds.map((each) => each.toFixed(1));
  return `# ${card.name}

Made by Likeness from ${base.name} (${base.id}, ${base.licence}): its own model, with a second network beside it that ${net === null ? 'began as its tower and learned on' : 'learned'}
from photos of its owner${net === null ? '' : ' and nothing else'}. \`${card.image.outputs.features}\` is what that one says. What the encoder makes of
photos for words (\`embedding\`) and of words is unchanged, bit for bit.

| | |
| --- | --- |
| the network | ${net ?? 'the tower itself'}, ${net === null ? `learned at ${side}` : side} px, ${card.dim.features} numbers |
| learned with | ${method} (${methodSource}) |
| photos learned from | ${photos.learned} |
| photos held out | ${photos.heldOut} |
| folders | ${classes ? 'learned from' : 'not learned from'} |
| steps, passes over the photos | ${facts.steps}, ${facts.passes.toFixed(1)} |
| seed | ${facts.seed} |
| size of the image side | ${megabytes} MB (before: ${megabytesBefore} MB) |
| a photo, one thread, when it was made | ${ms} ms (before: ${msBefore} ms) |

## Measured
${words}

| on photos held out | asked | before | after | difference in points (95 %) |
| --- | --- | --- | --- | --- |
${rows.join('\n')}

## Licence
Private: the network learned from the photos of the person whose library it is. The terms of ${base.name} hold too: ${base.licence}.
`;
}

const points = (difference: number) => (100 * difference).toFixed(1);
