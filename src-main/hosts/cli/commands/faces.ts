/** `likeness faces`: the faces of one photo, in the library or not. */
import type { CommandOutput } from '../../../contract/api.ts';
import { command } from '../command.ts';
import { columns } from '../table.ts';

export const faces = command({
  name: 'faces',
  summary: 'Find the faces of one photo; of one outside the library nothing is kept',
  takes: 'PHOTO',
  count: [1, 1],
  options: {},
  examples: ['likeness faces ~/Pictures/party.jpg', 'likeness --json faces /tmp/found.png'],
  async run({ args: [path = ''] }, { app, absolute }) {
    const found = await (await app()).call('people.inspect', { path: absolute(path) });
    return { data: found, text: () => facesText(found) };
  },
});

/** Places in percent of the photo, from its upper left corner. */
function facesText({ faces: found }: CommandOutput<'people.inspect'>): string {
  if (found.length === 0) return 'No face was found.';
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  const rows = found.map(({ name, quality, box: [x, y, width, height] }) => [
    name ?? 'not named',
    percent(quality),
    percent(x),
    percent(y),
    `${percent(width)} × ${percent(height)}`,
  ]);
  return columns([['Who', 'Quality', 'Left', 'Top', 'Size'], ...rows], [1, 2, 3]);
}
