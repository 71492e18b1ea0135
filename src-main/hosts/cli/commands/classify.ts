/** `likeness classify`: which of some words each photo shows. */
import { LikenessError } from '../../../contract/errors.ts';
import { command } from '../command.ts';
import { photos } from '../table.ts';

export const classify = command({
  name: 'classify',
  summary: 'Say which of some words each photo shows; none is an answer',
  takes: '',
  count: [0, 0],
  options: {
    labels: { type: 'text', value: 'A,B,C', summary: 'the words, with commas between them' },
  },
  examples: [
    'likeness classify --labels dog,beach,food',
    'likeness --json classify --labels "a red car,snow"',
  ],
  async run({ options }, { app: open }) {
    const labels = (options.labels ?? '')
      .split(',')
      .map((label) => label.trim())
      .filter(Boolean);
    if (labels.length === 0)
      throw new LikenessError('bad-input', 'No words were given.', 'Name some: --labels dog,beach,food.');
    const app = await open();
    const answer = await app.call('classify', { labels });
    return {
      data: answer,
      text: () => {
        const tagged = answer.results.filter(({ tags }) => tags.length > 0);
        const lines = tagged.map(
          ({ path, tags }) =>
            `${path}: ${tags.map(({ label, score }) => `${label} ${score.toFixed(2)}`).join(', ')}`,
        );
        return [
          ...lines,
          `${photos(tagged.length)} of ${photos(answer.results.length)} show one of the words.`,
        ].join('\n');
      },
    };
  },
});
