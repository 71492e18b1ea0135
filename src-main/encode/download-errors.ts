/** What can go wrong with a download, in sentences. */
import { LikenessError } from '../contract/errors.ts';

/** An answer that another try may better. `sentence` is what to say when none did. */
export class AnswerError extends Error {
  readonly sentence: LikenessError | null;

  constructor(message: string, sentence: LikenessError | null = null) {
    super(message);
    this.name = 'AnswerError';
    this.sentence = sentence;
  }
}

export function cutOff(): AnswerError {
  return new AnswerError('the connection was cut');
}

/** By the status of an HTTP answer: one that another try may better, or the sentence at once. */
export function refused(address: string, status: number): AnswerError | LikenessError {
  const host = hostOf(address);
  if (status === 404 || status === 410)
    return new LikenessError(
      'download-failed',
      `${host} no longer has the file “${fileOf(address)}”.`,
      'Update Likeness, or choose another encoder.',
    );
  if (status === 401 || status === 403)
    return new LikenessError(
      'download-failed',
      `${host} does not hand out the file “${fileOf(address)}” (${status}).`,
      'Your network may block it: try another network, or choose another encoder.',
    );
  return new AnswerError(
    `status ${status}`,
    new LikenessError(
      'download-failed',
      `${host} answers with an error (${status}).`,
      'Try again later; what has come is kept.',
    ),
  );
}

export function unreachable(address: string, cause: unknown): LikenessError {
  return new LikenessError(
    'no-network',
    `${hostOf(address)} cannot be reached.`,
    'Check your internet connection, then try again; what has come is kept.',
    { cause },
  );
}

/** Also what a network's sign-in page looks like, which answers every request. */
export function otherSize(address: string): LikenessError {
  return new LikenessError(
    'download-failed',
    `What came from ${hostOf(address)} is not the file “${fileOf(address)}”: it has another size.`,
    'If your network asks you to sign in first, do that in a browser, then try again.',
  );
}

export function damaged(address: string): LikenessError {
  return new LikenessError(
    'download-failed',
    `The file “${fileOf(address)}” from ${hostOf(address)} is not the one that Likeness knows, and was thrown away.`,
    'Try again; if it comes back, update Likeness or choose another encoder.',
  );
}

export function hostOf(address: string): string {
  return new URL(address).host;
}

function fileOf(address: string): string {
  return new URL(address).pathname.split('/').at(-1) ?? '';
}
