/** `likeness open`: what `npm start` does. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { command } from '../command.ts';

const launcher = join(import.meta.dirname, '../../../../scripts/start.mjs');

export const open = command({
  name: 'open',
  summary: 'Index the folders and open the window, or the browser where no window is to be had',
  takes: '[FOLDER…]',
  count: [0, Number.POSITIVE_INFINITY],
  options: {
    web: { type: 'flag', summary: 'use the browser even where a window could be opened' },
    'no-open': { type: 'flag', summary: 'only print the address' },
  },
  examples: ['likeness open ~/Pictures'],
  run({ args, options }, { library, json, absolute }) {
    const words = [
      ...(library === undefined ? [] : ['--library', library]),
      ...(json ? ['--json'] : []),
      ...(options.web ? ['--web'] : []),
      ...(options['no-open'] ? ['--no-open'] : []),
      '--',
      ...args.map(absolute),
    ];
    const child = spawn(process.execPath, [launcher, ...words], { stdio: 'inherit' });
    // At a terminal Ctrl+C reaches the child by itself, which takes two at once for one. It closes the library, then this ends.
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
    const passOn = (signal: NodeJS.Signals) => void child.kill(signal);
    for (const signal of signals) process.on(signal, passOn);
    return new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => resolve(code ?? 1));
    }).finally(() => {
      for (const signal of signals) process.off(signal, passOn);
    });
  },
});
