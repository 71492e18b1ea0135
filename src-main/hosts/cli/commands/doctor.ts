/** `likeness doctor`: versions, what inference can run on, whether the library is whole, what to mend. */
import type { Doctor } from '../../../contract/api.ts';
import { command } from '../command.ts';
import { columns } from '../table.ts';

export const doctor = command({
  name: 'doctor',
  summary: 'Check the program and the library, and say what to mend',
  takes: '',
  count: [0, 0],
  options: {},
  examples: ['likeness doctor', 'likeness --json doctor'],
  async run(_input, { app }) {
    const found = await (await app()).call('doctor', {});
    return { data: found, text: () => doctorText(found), exitCode: found.integrity.ok ? 0 : 1 };
  },
});

function doctorText({ versions, providers, integrity, advice }: Doctor): string {
  const rows = [
    ...Object.entries(versions),
    ...providers.map(({ name, works, reason }) => [
      name,
      works ? 'works' : `not available: ${reason ?? 'no reason given'}`,
    ]),
    ['library', integrity.ok ? 'whole' : `damaged: ${integrity.details.join('; ')}`],
  ];
  const mend =
    advice.length === 0 ? ['Nothing needs mending.'] : ['To mend:', ...advice.map((line) => `  ${line}`)];
  return [columns(rows), ...mend].join('\n');
}
