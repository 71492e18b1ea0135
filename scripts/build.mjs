// Builds the window (dist/) and what Electron runs (dist-main/). The web host and the command line run from source.
//   node scripts/build.mjs            everything
//   node scripts/build.mjs --quiet    the same, and says only what went wrong
import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { root } from './node-version.mjs';

/** In this order: the second empties dist-main/, the third adds to it. */
const configs = ['vite.config.ts', 'vite.config.main.ts', 'vite.config.preload.ts'];

/** @throws Error with the bundler's own words when a source cannot be built. */
export async function buildAll({ quiet = false } = {}) {
  const begun = new Date();
  // The window is apart from the rest; main and preload share a folder and follow one another.
  const one = (config) => build({ configFile: join(root, config), logLevel: quiet ? 'warn' : 'info' });
  await Promise.all([one(configs[0]), one(configs[1]).then(() => one(configs[2]))]);
  await makeIcon();
  // What was changed while the build ran is newer than this: the next start builds again.
  for (const path of ['dist/index.html', 'dist-main/main.mjs', 'dist-main/preload.cjs'])
    utimesSync(join(root, path), begun, begun);
}

/** The window's and the packages' icon; electron-builder makes each system's own kind of it. */
async function makeIcon() {
  const { default: sharp } = await import('sharp');
  const svg = sharp(join(root, 'src-renderer/public/icon.svg'), { density: 72 * 40 });
  await svg.resize(1024, 1024).png({ compressionLevel: 9 }).toFile(join(root, 'dist-main/icon.png'));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildAll({ quiet: process.argv.includes('--quiet') }).catch((error) => {
    console.error(`The build failed: ${error.message}`);
    process.exit(1);
  });
}
