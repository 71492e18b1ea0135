/** The window: src-renderer → dist/. */
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: at('src-renderer'),
  // Found by itself only beside the root; there is none, all is default.
  plugins: [svelte({ configFile: false })],
  build: {
    outDir: at('dist'),
    emptyOutDir: true,
    // Electron 45 is Chromium 15x; a browser window may be older, but not older than this.
    target: ['chrome140', 'firefox140', 'safari18'],
    // Fonts stay files: a data: address would need a wider content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: { checks: { pluginTimings: false } },
  },
});
