#!/usr/bin/env node
// The command line: `npm run -s likeness -- COMMAND`, or `npx likeness COMMAND`.
import { fileURLToPath } from 'node:url';
import { withNode } from './node-version.mjs';

await withNode(fileURLToPath(import.meta.url), async () => {
  const { enableCompileCache } = await import('node:module');
  enableCompileCache?.();
  const { main } = await import('../src-main/hosts/cli/main.ts');
  return main();
});
