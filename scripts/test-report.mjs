// A reporter for node:test: one line a file, every failure in full, every skip with its reason. The totals go to the file
// named by LIKENESS_TEST_TOTALS, for scripts/test.mjs to add up.
import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { inspect } from 'node:util';

export default async function* report(source) {
  const totals = { passed: 0, failed: 0, skipped: 0 };
  for await (const { type, data } of source) {
    if (type === 'test:fail' && !isOnlyItsSubtests(data)) yield failure(data);
    else if (type === 'test:pass' && data.skip !== undefined)
      yield `  skipped: ${data.name}${reason(data.skip)}\n`;
    else if (type === 'test:summary') {
      const { counts, duration_ms: ms, file, success } = data;
      if (file) yield fileLine({ counts, ms, file, success });
      else {
        totals.passed = counts.passed;
        totals.failed = counts.failed + counts.cancelled;
        totals.skipped = counts.skipped + counts.todo;
      }
    } else if (type === 'test:stderr' || type === 'test:stdout') yield data.message;
  }
  if (process.env.LIKENESS_TEST_TOTALS)
    writeFileSync(process.env.LIKENESS_TEST_TOTALS, JSON.stringify(totals));
}

/** A test whose subtests failed fails too; they have said why. */
function isOnlyItsSubtests({ details }) {
  return details.error?.failureType === 'subtestsFailed';
}

function failure({ name, file, line, details: { error } }) {
  const place = file ? ` (${relative(process.cwd(), file)}:${line})` : '';
  // node:test wraps what was thrown; the cause is the fault itself.
  const cause = error?.cause ?? error;
  const words = cause instanceof Error ? (cause.stack ?? cause.message) : inspect(cause);
  return `\n  FAILED: ${name}${place}\n${indent(words)}\n\n`;
}

function fileLine({ counts, ms, file, success }) {
  const failed = counts.failed + counts.cancelled;
  const parts = [
    `${counts.passed} passed`,
    failed && `${failed} failed`,
    counts.skipped && `${counts.skipped} skipped`,
  ];
  return `${success ? '✔' : '✖'} ${relative(process.cwd(), file)}: ${parts.filter(Boolean).join(', ')} (${(ms / 1000).toFixed(1)} s)\n`;
}

function reason(skip) {
  return typeof skip === 'string' && skip !== '' ? ` (${skip})` : '';
}

function indent(text) {
  return text.replaceAll(/^/gm, '    ');
}
