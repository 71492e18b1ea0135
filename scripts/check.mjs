// Types, lint and formatting: `npm run check`. scripts/test.mjs runs the same before the tests.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './node-version.mjs';

const packages = join(root, 'node_modules');

/** name → the tool's program and its arguments. */
const checks = {
  'types of main, models, training and tests': ['typescript/bin/tsc', '-p', '.'],
  // The window's classes know the DOM, which nothing else may.
  'types of the tests of the window': ['typescript/bin/tsc', '-p', 'test/renderer'],
  'types of the window': [
    'svelte-check/bin/svelte-check',
    '--workspace',
    'src-renderer',
    '--tsconfig',
    './tsconfig.json',
    '--fail-on-warnings',
  ],
  lint: ['oxlint/bin/oxlint', '--quiet'],
  formatting: ['prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'],
};

/** Runs all, two at a time, and prints a line for each. @returns {Promise<{passed: number, failed: number, skipped: number}>} */
export async function runChecks() {
  const totals = { passed: 0, failed: 0, skipped: 0 };
  const waiting = Object.entries(checks);
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [name, command] = next;
      const begun = performance.now();
      const { code, output } = await run(command);
      totals[code === 0 ? 'passed' : 'failed']++;
      const seconds = ((performance.now() - begun) / 1000).toFixed(1);
      console.log(`${code === 0 ? '✔' : '✖'} ${name} (${seconds} s)${code === 0 ? '' : `\n${output}`}`);
    }
  };
  await Promise.all([work(), work()]);
  return totals;
}

function run([program, ...args]) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(packages, program), ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const take = (chunk) => (output += chunk);
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    child.on('error', (error) => resolve({ code: 1, output: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { failed } = await runChecks();
  process.exit(failed === 0 ? 0 : 1);
}
