/** Builds the window: src-renderer → dist/. */
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

export default defineConfig({
  root: 'src-renderer',
  plugins: [svelte()],
  build: {
    outDir: '../dist',
    emptyOutDir: true,
    // The Chromium of Electron, and the browsers that the web host serves.
    target: ['chrome140', 'firefox140', 'safari18'],
    // The content security policy allows no data: fonts or scripts; files are files.
    assetsInlineLimit: 0,
  },
});
