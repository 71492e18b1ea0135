/**
 * Lets tests import the window's rune classes as they are: `import './runes.ts'` first, then
 * `await import('../../src-renderer/state/….svelte.ts')`. Types are stripped by Node, runes compiled by Svelte, so the
 * classes run with the very signals that the window has, without a page.
 */
import { readFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { fileURLToPath } from 'node:url';
import { compileModule } from 'svelte/compiler';

registerHooks({
  resolve(specifier, context, next) {
    // Svelte's own entry for Node is the one that renders to text; the window has the other.
    return specifier === 'svelte' || specifier.startsWith('svelte/')
      ? next(specifier, { ...context, conditions: ['browser', ...context.conditions] })
      : next(specifier, context);
  },
  load(url, context, next) {
    if (!url.endsWith('.svelte.ts')) return next(url, context);
    const filename = fileURLToPath(url);
    const source = stripTypeScriptTypes(readFileSync(filename, 'utf8'));
    const { js } = compileModule(source, { filename, generate: 'client', dev: false });
    return { format: 'module', source: js.code, shortCircuit: true };
  },
});
