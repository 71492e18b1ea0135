/** What `--help` says. */
import type { Command, OptionSpecs } from './command.ts';
import { globalOptions } from './parse.ts';
import { columns } from './table.ts';

export function generalHelp(commands: readonly Command[]): string {
  const rows = commands.map(({ name, takes, summary }) => [`  ${name} ${takes}`.trimEnd(), summary]);
  return [
    'Likeness finds photos by words and by likeness. Nothing leaves the computer.',
    '',
    'Usage: likeness [--library DIR] [--json] COMMAND …',
    '',
    'Commands',
    columns(rows),
    '',
    'Options for every command',
    optionRows(globalOptions),
    '',
    '`likeness COMMAND --help` says more about one.',
    'Exit code: 0 done, 1 failed, 2 wrong usage.',
  ].join('\n');
}

export function commandHelp({ name, takes, summary, options, examples }: Command): string {
  const own = Object.keys(options).length > 0;
  return [
    `${summary}.`,
    '',
    `Usage: likeness [--library DIR] [--json] ${name} ${takes}`.trimEnd() + (own ? ' [options]' : ''),
    ...(own ? ['', 'Options', optionRows(options)] : []),
    '',
    examples.length === 1 ? 'Example' : 'Examples',
    ...examples.map((example) => `  ${example}`),
  ].join('\n');
}

function optionRows(specs: OptionSpecs): string {
  return columns(
    Object.entries(specs).map(([name, { value, summary, choices, many }]) => [
      `  --${name}${value ? ` ${value}` : ''}`,
      `${summary}${choices ? ` (${choices.join(', ')})` : ''}${many ? '; may be repeated' : ''}`,
    ]),
  );
}
