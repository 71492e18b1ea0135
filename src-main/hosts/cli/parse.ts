/** From the words of a command line to a command and its checked input. */
import { parseArgs } from 'node:util';
import { LikenessError } from '../../contract/errors.ts';
import type { Command, OptionSpec, OptionSpecs, OptionValues } from './command.ts';
import { nearest } from './nearest.ts';
import { count } from './table.ts';

/** Options that every command takes. */
export const globalOptions = {
  library: {
    type: 'text',
    value: 'DIR',
    summary: 'folder of the library (default: where the platform keeps data)',
  },
  json: { type: 'flag', summary: 'print exactly one JSON document' },
  help: { type: 'flag', summary: 'say what a command does' },
  version: { type: 'flag', summary: 'print the version' },
} as const satisfies OptionSpecs;

export interface ParsedLine {
  readonly globals: OptionValues<typeof globalOptions>;
  /** Null when only --help, --version or nothing was asked. */
  readonly command: Command | null;
  readonly args: readonly string[];
  readonly options: OptionValues<OptionSpecs>;
}

/** A slip of the person who typed: exit code 2. */
export function usage(message: string, hint: string): LikenessError {
  return new LikenessError('bad-input', message, hint);
}

/** @throws LikenessError `bad-input` for an unknown command or option, a missing or wrong value, too few or too many arguments. */
export function parseLine(argv: readonly string[], commands: readonly Command[]): ParsedLine {
  // First with the global options alone, only to find the command; then again with the command's own.
  const words = tokensOf(argv, globalOptions).flatMap((token) =>
    token.kind === 'positional' ? [token.value] : [],
  );
  const helpWanted = words[0] === 'help';
  const named = helpWanted ? words.slice(1) : words;
  const command = named.length === 0 ? null : findCommand(named, commands);
  const nameLength = (helpWanted ? 1 : 0) + (command?.name.split(' ').length ?? 0);

  const specs: OptionSpecs = { ...globalOptions, ...command?.options };
  const values = new Map<string, string[]>();
  const positionals: string[] = [];
  for (const token of tokensOf(argv, specs)) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind === 'option') keep(token, specs, command, values);
  }
  const all = valuesOf(specs, values);
  const globals = valuesOf(globalOptions, values);
  const parsed = { globals: { ...globals, help: globals.help || helpWanted }, command, options: all };
  const args = positionals.slice(nameLength);
  if (command && !parsed.globals.help) checkCount(command, args);
  return { ...parsed, args };
}

function tokensOf(argv: readonly string[], specs: OptionSpecs) {
  const options = Object.fromEntries(
    Object.entries(specs).map(([name, { type }]) => [
      name,
      {
        type: type === 'flag' ? ('boolean' as const) : ('string' as const),
        ...(name === 'help' && { short: 'h' }),
      },
    ]),
  );
  return parseArgs({ args: [...argv], options, strict: false, allowPositionals: true, tokens: true }).tokens;
}

function findCommand(words: readonly string[], commands: readonly Command[]): Command {
  const found =
    commands.find(({ name }) => name === words.slice(0, 2).join(' ')) ??
    commands.find(({ name }) => name === words[0]);
  if (found) return found;
  const family = commands.filter(({ name }) => name.startsWith(`${words[0]} `)).map(({ name }) => name);
  if (family.length > 0) throw usage(`“${words[0]}” needs one more word.`, `Say ${family.join(' or ')}.`);
  const names = [...new Set(commands.map(({ name }) => name.split(' ')[0] ?? name))];
  const guess = nearest(words[0] ?? '', names);
  throw usage(
    `There is no command “${words[0]}”.`,
    guess
      ? `Did you mean “${guess}”? \`likeness --help\` lists them all.`
      : '`likeness --help` lists them all.',
  );
}

type OptionToken = Extract<ReturnType<typeof tokensOf>[number], { kind: 'option' }>;

function keep(
  token: OptionToken,
  specs: OptionSpecs,
  command: Command | null,
  values: Map<string, string[]>,
): void {
  const spec = Object.hasOwn(specs, token.name) ? specs[token.name] : undefined;
  if (!spec) throw unknownOption(token, specs, command);
  const { rawName, value } = token;
  if (spec.type === 'flag') {
    if (value !== undefined) throw usage(`${rawName} takes no value.`, `Write ${rawName} alone.`);
  } else if (value === undefined || (!token.inlineValue && value.startsWith('--'))) {
    throw usage(`${rawName} needs a value.`, `Write ${rawName} ${spec.value ?? 'VALUE'}.`);
  } else checkValue(rawName, value, spec);
  const before = values.get(token.name) ?? [];
  if (before.length > 0 && !spec.many && spec.type !== 'flag')
    throw usage(`${rawName} was given twice.`, 'Give it once.');
  values.set(token.name, [...before, value ?? '']);
}

function checkValue(rawName: string, value: string, spec: OptionSpec): void {
  const { choices } = spec;
  if (choices && !choices.includes(value)) {
    const guess = nearest(value, choices);
    const known = `It is one of: ${choices.join(', ')}.`;
    const hint = guess ? `Did you mean “${guess}”? ${known}` : known;
    throw usage(`${rawName} cannot be “${value}”.`, hint);
  }
  if (spec.type !== 'number') return;
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = spec;
  const number = Number(value);
  if (value.trim() !== '' && Number.isSafeInteger(number) && number >= min && number <= max) return;
  const range =
    spec.max !== undefined
      ? `${count(min)} to ${count(max)}`
      : spec.min !== undefined
        ? `${count(min)} or more`
        : '';
  throw usage(`${rawName} cannot be “${value}”.`, `Give a whole number${range && `, ${range}`}.`);
}

function unknownOption(
  { rawName, name }: OptionToken,
  specs: OptionSpecs,
  command: Command | null,
): LikenessError {
  const guess = nearest(name, Object.keys(specs));
  const help = command ? `likeness ${command.name} --help` : 'likeness --help';
  // `-x` of one letter may also be a file whose name starts with a dash.
  const hint = guess
    ? `Did you mean “--${guess}”? \`${help}\` lists them all.`
    : `\`${help}\` lists them all; a file whose name begins with a dash is written ./${rawName}.`;
  return usage(`There is no option “${rawName}”${command ? ` for ${command.name}` : ''}.`, hint);
}

function valuesOf<Specs extends OptionSpecs>(
  specs: Specs,
  values: Map<string, string[]>,
): OptionValues<Specs> {
  const entries = Object.entries(specs).map(([name, { type, many }]) => {
    const given = values.get(name);
    if (type === 'flag') return [name, given !== undefined];
    if (many) return [name, given ?? []];
    return [name, type === 'number' && given ? Number(given[0]) : given?.[0]];
  });
  return Object.fromEntries(entries) as OptionValues<Specs>;
}

function checkCount({ name, takes, count: [least, most], examples }: Command, args: readonly string[]): void {
  if (args.length < least)
    throw usage(`\`likeness ${name}\` needs ${takes.split(' ')[0]}.`, `For example: ${examples[0]}`);
  if (args.length > most)
    throw usage(
      most === 0 ? `\`likeness ${name}\` takes no arguments.` : `\`likeness ${name}\` takes ${takes} alone.`,
      `“${args[most]}” is one too many; put names with spaces in quotes.`,
    );
}
