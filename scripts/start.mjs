// `npm start`: checks the Node, then hands over to start-likeness.ts.
import { fileURLToPath } from 'node:url';
import { withNode } from './node-version.mjs';

await withNode(fileURLToPath(import.meta.url), async () => {
  const { enableCompileCache } = await import('node:module');
  enableCompileCache?.();
  const { start } = await import('./start-likeness.ts');
  return start(process.argv.slice(2));
});
