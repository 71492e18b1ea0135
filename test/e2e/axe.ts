/** What axe-core finds wrong on a page: WCAG 2.2 A and AA, and its best practices. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { settle } from './settle.ts';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary?: string }[];
}

/** One line for each fault: impact, rule, element, why. A script tag would be stopped by our CSP, so the source is evaluated. */
export async function faults(page: Page): Promise<string[]> {
  await settle(page);
  if (!(await page.evaluate<boolean>(`'axe' in globalThis`))) await page.evaluate(source);
  // Only what is shown crosses over: all that axe has looked at is megabytes.
  const violations = await page.evaluate<Violation[]>(
    `axe.run(document, { runOnly: ${JSON.stringify(tags)}, resultTypes: ['violations'] })
      .then(({ violations }) => violations)`,
  );
  return violations.flatMap(({ id, impact, nodes }) =>
    nodes.map(
      ({ target, failureSummary }) => `${impact ?? ''} ${id}: ${target.join(' ')}: ${failureSummary ?? ''}`,
    ),
  );
}
