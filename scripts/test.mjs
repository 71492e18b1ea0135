// `npm test`: checks, unit and property tests, build, then what needs the built program: the window in a browser, the desktop
// host, the package. Ends with the line `N passed, N failed, N skipped`, and with exit code 1 if anything failed.
//   npm test -- search    only the test files whose path holds one of the words, and no checks
import { spawn } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withNode, root } from './node-version.mjs';

/** Stops a test that hangs; a test that may take longer says so itself. */
const timeoutMs = 120_000;
/** Test files at once. The tests of the window and of the engine each use more than one core already. */
const atOnce = { unit: 2, built: 1 };

await withNode(fileURLToPath(import.meta.url), async () => {
  const words = process.argv.slice(2);
  const totals = { passed: 0, failed: 0, skipped: 0 };
  const add = (more) => {
    for (const name of Object.keys(totals)) totals[name] += more[name];
  };
  if (words.length === 0) {
    heading('Checks');
    const { runChecks } = await import('./check.mjs');
    add(await runChecks());
  }
  // *.test.ts need the sources alone, *.spec.ts and the packaging test what was built of them.
  const packaging = 'test/packaging.test.ts';
  const unit = find('test/**/*.test.ts', words).filter((path) => path !== packaging);
  if (unit.length > 0) {
    heading('Unit and property tests');
    add(await runTests(unit, atOnce.unit));
  }
  const built = [...find('test/**/*.spec.ts', words), ...find(packaging, words)];
  if (built.length > 0) {
    heading('Build');
    const ok = await build();
    add({ passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 });
    heading('Tests of the built program');
    if (ok) add(await runTests(built, atOnce.built));
  }
  if (totals.passed + totals.failed + totals.skipped === 0)
    console.log(`No test file’s path holds “${words.join('” or “')}”.`);
  console.log(`\n${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
  return totals.failed === 0 && totals.passed > 0 ? 0 : 1;
});

function find(pattern, words) {
  return globSync(pattern, { cwd: root })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => words.length === 0 || words.some((word) => path.includes(word)))
    .sort();
}

async function build() {
  const { buildAll } = await import('./build.mjs');
  try {
    await buildAll({ quiet: true });
    console.log('✔ dist and dist-main');
    return true;
  } catch (error) {
    console.log(`✖ dist and dist-main\n${error.message}`);
    return false;
  }
}

async function runTests(files, concurrency) {
  const folder = mkdtempSync(join(tmpdir(), 'likeness-test-'));
  const totalsFile = join(folder, 'totals.json');
  try {
    const code = await run(
      [
        '--test',
        '--test-force-exit',
        `--test-timeout=${timeoutMs}`,
        `--test-concurrency=${concurrency}`,
        `--test-reporter=${new URL('./test-report.mjs', import.meta.url).href}`,
        ...files,
      ],
      { ...process.env, LIKENESS_TEST_TOTALS: totalsFile },
    );
    const totals = readTotals(totalsFile);
    // A runner that fell over before its last line has failed, whatever it had counted.
    if (!totals || (code !== 0 && totals.failed === 0))
      return { passed: 0, skipped: 0, ...totals, failed: 1 };
    return totals;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readTotals(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

function run(args, env) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit', env });
    child.on('error', () => resolve(1));
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

function heading(text) {
  console.log(`\n${text}`);
}
