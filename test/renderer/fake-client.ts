/** A client whose answers are given by the test; what is not given is refused. */
import type { CommandName, CommandOutput, CommandRequest } from '../../src-main/contract/api.ts';
import type { Client } from '../../src-renderer/client.ts';

export type Answers = {
  [Name in CommandName]?: (
    request: CommandRequest<Name>,
    signal?: AbortSignal,
  ) => CommandOutput<Name> | Promise<CommandOutput<Name>>;
};

export function fakeClient(answers: Answers, timeline?: Client['timeline']): Client {
  return {
    call: async (name, request, signal) => {
      const answer = answers[name] as ((request: unknown, signal?: AbortSignal) => never) | undefined;
      if (!answer) throw new Error(`The test gives no answer to “${name}”.`);
      return answer(request ?? {}, signal);
    },
    timeline: timeline ?? (() => Promise.reject(new Error('The test gives no timeline.'))),
    events: () => () => undefined,
    thumbnailUrl: (contentId, side) => `/thumbnails/${contentId}/${side}`,
    faceUrl: (face) => `/faces/${face}`,
    photoUrl: (id) => `/photos/${id}`,
    upload: () => Promise.reject(new Error('The test takes no uploads.')),
  };
}
