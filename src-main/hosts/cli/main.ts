/** The command line: parses, runs one command, prints its answer. scripts/likeness.mjs calls it. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import type { App, AppOptions, Native } from '../../app.ts';
import type { Trainings } from '../../trainings.ts';
import { toErrorData } from '../../contract/errors.ts';
import { interruptSignal } from '../interrupt.ts';
import type { Command, Context } from './command.ts';
import { doctor } from './commands/doctor.ts';
import { classify } from './commands/classify.ts';
import { clusters } from './commands/clusters.ts';
import { duplicates } from './commands/duplicates.ts';
import { embed } from './commands/embed.ts';
import { evaluate } from './commands/evaluate.ts';
import { events } from './commands/events.ts';
import { faces } from './commands/faces.ts';
import { indexFolders } from './commands/index-folders.ts';
import { learn } from './commands/learn.ts';
import { modelsInstall, modelsList, modelsUse, modelsVerify } from './commands/models.ts';
import { open } from './commands/open.ts';
import { people } from './commands/people.ts';
import { photo } from './commands/photo.ts';
import { runsApply, runsExport, runsImport, runsList, runsRollback } from './commands/runs.ts';
import { search } from './commands/search.ts';
import { similar } from './commands/similar.ts';
import { status } from './commands/status.ts';
import { train } from './commands/train.ts';
import { commandHelp, generalHelp } from './help.ts';
import { Output, type Terminal } from './output.ts';
import { parseLine, type ParsedLine } from './parse.ts';

/** In the order in which the help lists them. */
export const commands: readonly Command[] = [
  open,
  indexFolders,
  search,
  similar,
  photo,
  people,
  faces,
  duplicates,
  events,
  clusters,
  classify,
  embed,
  learn,
  runsList,
  runsApply,
  runsRollback,
  runsExport,
  runsImport,
  train,
  evaluate,
  modelsList,
  modelsInstall,
  modelsUse,
  modelsVerify,
  status,
  doctor,
];

const root = join(import.meta.dirname, '../../..');

/** No dialogs and no file manager: the person is at a terminal. */
export const cliNative: Native = {
  host: 'cli',
  pickFolders: () => Promise.resolve(null),
  reveal: () => Promise.resolve(false),
};

export interface Surroundings {
  readonly stdout: Terminal;
  readonly stderr: Terminal;
  readonly stdin: Readable;
  /** Where relative paths start. */
  readonly cwd: string;
  /** Aborted by Ctrl+C. */
  readonly signal: AbortSignal;
  /** Opens a library. Loaded only when a command needs it: `--help` need not wait for the database. */
  openApp(library: string | undefined): Promise<App>;
  openTrainings(library: string | undefined): Promise<Trainings>;
}

/** @returns the exit code: 0 done, 1 failed, 2 wrong usage. */
export async function runCommandLine(argv: readonly string[], around: Surroundings): Promise<number> {
  const output = new Output(around.stdout, around.stderr);
  // Even a line that cannot be parsed is answered in the form it asked for.
  const json = argv.slice(0, endOfOptions(argv)).includes('--json');
  try {
    return await run(parseLine(argv, commands), output, around);
  } catch (thrown) {
    const error = toErrorData(thrown);
    if (json) await output.result(JSON.stringify({ error }));
    else output.note(`likeness: ${error.message}\n${error.hint}`);
    return error.code === 'bad-input' ? 2 : 1;
  }
}

async function run(line: ParsedLine, output: Output, around: Surroundings): Promise<number> {
  const { globals, command, args, options } = line;
  const { json } = globals;
  const print = (data: unknown, text: string) => output.result(json ? JSON.stringify(data) : text);
  if (globals.version) {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    await print({ version }, version);
    return 0;
  }
  if (!command || globals.help) {
    const help = command ? commandHelp(command) : generalHelp(commands);
    if (!globals.help && !json) output.note(help);
    else await print({ help }, help);
    return globals.help ? 0 : 2;
  }

  const absolute = (path: string) => resolve(around.cwd, path);
  const library = globals.library === undefined ? undefined : absolute(globals.library);
  let opened: Promise<App> | undefined;
  const context: Context = {
    app: () => (opened ??= around.openApp(library)),
    trainings: () => around.openTrainings(library),
    library,
    json,
    output,
    stdin: around.stdin,
    absolute,
    signal: around.signal,
  };
  try {
    const answer = await command.run({ args, options }, context);
    if (typeof answer === 'number') return answer;
    await print(answer.data, json ? '' : answer.text());
    return answer.exitCode ?? 0;
  } finally {
    output.clear();
    // One that could not be opened has already been answered with its reason.
    await opened?.then(
      (app) => app.close(),
      () => {},
    );
  }
}

function endOfOptions(argv: readonly string[]): number {
  const at = argv.indexOf('--');
  return at < 0 ? argv.length : at;
}

/** The command line of this process. @returns the exit code. */
export async function main(): Promise<number> {
  return runCommandLine(process.argv.slice(2), {
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: process.stdin,
    cwd: workingFolder(),
    signal: interruptSignal(),
    openApp: async (library) => {
      const [{ createApp, defaultLibraryDir }, { forkChild }] = await Promise.all([
        import('../../app.ts'),
        import('../../jobs/child-link.ts'),
      ]);
      const options: AppOptions = {
        library: library ?? defaultLibraryDir(),
        native: cliNative,
        startChild: forkChild,
        built: join(root, 'dist'),
        longLived: false,
      };
      return createApp(options);
    },
    openTrainings: async (library) => {
      const [{ openTrainings }, { defaultLibraryDir }, { forkChild }] = await Promise.all([
        import('../../trainings.ts'),
        import('../../app.ts'),
        import('../../jobs/child-link.ts'),
      ]);
      return openTrainings({ library: library ?? defaultLibraryDir(), startChild: forkChild });
    },
  });
}

/** `npm run` changes to the package's folder; paths are meant from where the person stood. */
function workingFolder(): string {
  const { npm_lifecycle_event: script, INIT_CWD: stood } = process.env;
  return script === 'likeness' && stood ? stood : process.cwd();
}
