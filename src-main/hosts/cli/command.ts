/** What a command of `likeness` is: its words, what it takes, and what it does with it. */
import type { Readable } from 'node:stream';
import type { App } from '../../app.ts';
import type { Trainings } from '../../trainings.ts';
import type { Output } from './output.ts';

export interface OptionSpec {
  /** `text` and `number` are followed by a value; a `flag` is there or not. */
  readonly type: 'text' | 'number' | 'flag';
  /** Name of the value in the help: `N`, `OUT`. */
  readonly value?: string;
  readonly summary: string;
  /** May be given several times. */
  readonly many?: true;
  /** The only values allowed. */
  readonly choices?: readonly string[];
  /** Smallest and largest number allowed. Numbers are whole. */
  readonly min?: number;
  readonly max?: number;
}
export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

type OptionValue<Spec extends OptionSpec> = Spec extends { type: 'flag' }
  ? boolean
  : Spec extends { many: true }
    ? readonly string[]
    : Spec extends { type: 'number' }
      ? number | undefined
      : string | undefined;
export type OptionValues<Specs extends OptionSpecs> = {
  readonly [Name in keyof Specs]: OptionValue<Specs[Name]>;
};

/** What a command finds around it. */
export interface Context {
  /** The application on the chosen library, opened at the first call and closed for the command. @throws LikenessError when it cannot be opened. */
  readonly app: () => Promise<App>;
  /** Trainings and evaluations, which need no open library. */
  readonly trainings: () => Promise<Trainings>;
  /** The library's folder, absolute; undefined for the platform's default. */
  readonly library: string | undefined;
  readonly json: boolean;
  /** Lines for the person, never part of the result: they go to stderr. */
  readonly output: Output;
  readonly stdin: Readable;
  /** Makes a path that a person typed absolute. */
  readonly absolute: (path: string) => string;
  /** Aborted by Ctrl+C. */
  readonly signal: AbortSignal;
}

/** A result: `data` for --json, `text` for people. */
export interface Answer {
  readonly data: unknown;
  readonly text: () => string;
  /** Default 0. */
  readonly exitCode?: 0 | 1;
}

export interface Command<Specs extends OptionSpecs = OptionSpecs> {
  /** One word, or two: `models list`. */
  readonly name: string;
  readonly summary: string;
  /** What follows the name in the usage line: `FOLDER…`. */
  readonly takes: string;
  /** How many arguments: [least, most]. */
  readonly count: readonly [number, number];
  readonly options: Specs;
  /** Whole command lines, as a person would type them. */
  readonly examples: readonly string[];
  /** Answers, or has printed all there is and tells the exit code. */
  run(
    input: { readonly args: readonly string[]; readonly options: OptionValues<Specs> },
    context: Context,
  ): Promise<Answer | number>;
}

/** Ties a command's options to the values that its `run` sees. */
export function command<const Specs extends OptionSpecs>(spec: Command<Specs>): Command {
  return spec as unknown as Command;
}
