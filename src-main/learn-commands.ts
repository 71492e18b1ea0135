/** The commands of «Learn my library»: runs that learn, and the encoders that came of them. */
import type { CommandInput, CommandName, CommandOutput } from './contract/api.ts';
import { LikenessError } from './contract/errors.ts';
import type { Services } from './app.ts';

export type LearnCommand = Extract<CommandName, `learn.${string}` | `runs.${string}`>;
type Handlers = {
  readonly [Name in LearnCommand]: (input: CommandInput<Name>) => Promise<CommandOutput<Name>>;
};

export function learnCommands(services: Services): Handlers {
  void services;
  const later = async () => {
    throw new LikenessError('internal', 'This command is being written.', 'Try again in an hour.');
  };
  return {
    'learn.offer': later,
    'learn.start': later,
    'learn.pause': later,
    'learn.resume': later,
    'learn.finish': later,
    'learn.cancel': later,
    'learn.views': later,
    'runs.list': later,
    'runs.show': later,
    'runs.apply': later,
    'runs.rollback': later,
    'runs.rename': later,
    'runs.remove': later,
    'runs.export': later,
    'runs.import': later,
  };
}
