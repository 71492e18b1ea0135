/**
 * What Electron runs: main, engine and trainer as ES modules → dist-main/. Packages stay outside (they lie in node_modules, in
 * the packaged application too); only our own TypeScript goes in. The web host and the command line need no build.
 */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: at('.'),
  publicDir: false,
  build: {
    ssr: true,
    outDir: at('dist-main'),
    emptyOutDir: true,
    // Electron 45 embeds Node 24.
    target: 'node24',
    minify: false,
    sourcemap: true,
    reportCompressedSize: false,
    rolldownOptions: {
      checks: { pluginTimings: false },
      external: ['electron'],
      // Programs that run as processes of their own, started by path: each is an entry.
      input: {
        main: at('src-main/hosts/electron/main.ts'),
        engine: at('src-main/engine.ts'),
        trainer: at('training/trainer.ts'),
        'probe-child': at('training/engines/probe-child.ts'),
      },
      output: { format: 'es', entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' },
    },
  },
});
