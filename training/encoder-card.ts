/** The card.md of an exported encoder: what a person should know of it years later. */
import type { EncoderCard } from '../models/card.ts';

export interface EncoderFacts {
  /** Begins the id: lower-case letters, digits, dashes. */
  readonly id: string;
  /** For people. */
  readonly name: string;
  /** As people write the method. */
  readonly method: string;
  /** Of the paper or papers. */
  readonly methodSource: string;
  readonly net: string;
  /** Photos learned from, and held out to measure with. */
  readonly photos: { readonly learned: number; readonly heldOut: number };
  readonly captions: number;
  readonly seed: number;
  readonly epochs: number;
  readonly steps: number;
  /** What was measured, by name, as it is to be read: `12.5 %`. */
  readonly measured: Readonly<Record<string, string>>;
}

export function cardText(card: EncoderCard, facts: EncoderFacts): string {
  const { photos, captions } = facts;
  const { size, mean, std } = card.image;
  const rows = Object.entries(facts.measured).map(([name, value]) => `| ${name} | ${value} |`);
  return `# ${facts.name}

${facts.net}, trained by Likeness with ${facts.method} (${facts.methodSource}). Everything that a program needs to know stands in
encoder.json.

| | |
| --- | --- |
| photos learned from | ${photos.learned} |
| photos held out | ${photos.heldOut} |
| captions | ${captions === 0 ? 'none' : captions} |
| epochs, steps | ${facts.epochs}, ${facts.steps} |
| seed | ${facts.seed} |
| features, embedding | ${card.dim.features}, ${card.dim.embedding} numbers |

## What goes in
**A photo:** upright, sRGB, squashed to ${size} x ${size} (Lanczos 3), planes R, G, B of (value - mean) / std on the scale
0..255, mean ${rounded(mean)}, std ${rounded(std)}. Input \`${card.image.input}\` [N, 3, ${size}, ${size}] float32, N any number.

${textParagraph(card)}
## Measured
${rows.length === 0 ? 'Nothing.' : ['| | |', '| --- | --- |', ...rows].join('\n')}

## Licence
Private: trained on the photos of the person whose library it is, and theirs alone. Who is given this file may be able to
learn something about those photos.
`;
}

const rounded = (values: readonly number[]) => values.map((value) => value.toFixed(1)).join(', ');

function textParagraph({ text }: EncoderCard): string {
  if (text?.kind !== 'pieces') return 'It finds likeness, but no words.\n';
  const { context, tokenizer } = text;
  return `**A text:** in lower case, as sentence pieces (${tokenizer.pieces}, unigram rule), cut to ${context - 1}, then the token
${tokenizer.end}, then ${tokenizer.pad} up to ${context}. Input \`pieces\` [N, ${context}] int64.
`;
}
