/** Lists that a person hands over: a file with one entry a line, or stdin where it is called `-`. */
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { Context } from './command.ts';
import { usage } from './parse.ts';

/**
 * The entries of each list in order, an empty one for an empty line, so that rows keep their numbers.
 * @throws LikenessError when two lists are both stdin; the system's error when a file cannot be read.
 */
export async function readLists(
  lists: readonly (string | undefined)[],
  context: Context,
): Promise<string[][]> {
  if (lists.filter((list) => list === '-').length > 1)
    throw usage('Only one list can come from stdin.', 'Put the other one into a file.');
  const read: string[][] = [];
  for (const list of lists) {
    if (list === undefined) read.push([]);
    else if (list === '-') read.push(linesOf(await text(context.stdin)));
    else read.push(linesOf(await readFile(context.absolute(list), 'utf8')));
  }
  return read;
}

/** `\r\n` ends a line as well as `\n`; the last line need not end. A byte order mark is no part of the first entry. */
export function linesOf(content: string): string[] {
  const lines = content.replace(/^\uFEFF/, '').split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
