// `npm run setup:gpu`: fetches the parts that npm leaves out since most people need none of them, because they are large and
// come from elsewhere: ONNX Runtime's CUDA libraries (Linux x64, Windows x64), and TensorFlow's native part where it is installed.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './node-version.mjs';

/** CUDA's major version that the libraries are for; the driver has to know it. */
const cuda = process.argv[2] ?? 'cuda12';

const parts = [
  { name: 'onnxruntime-node', env: { ONNXRUNTIME_NODE_INSTALL: cuda }, systems: ['linux x64', 'win32 x64'] },
  { name: '@tensorflow/tfjs-node-gpu', env: {}, systems: ['linux x64', 'win32 x64'] },
];

const here = `${process.platform} ${process.arch}`;
let failed = false;
for (const { name, env, systems } of parts) {
  if (!existsSync(join(root, 'node_modules', name))) console.log(`${name} is not installed: nothing to do.`);
  else if (!systems.includes(here)) console.log(`${name} has no CUDA for ${here}; WebGPU serves there.`);
  else failed = !rebuild(name, env) || failed;
}
console.log(
  failed
    ? 'Not everything could be fetched; Likeness goes on with what it has.'
    : 'Done. `npm run -s likeness -- doctor` tells what works.',
);
process.exit(failed ? 1 : 0);

/** Runs the package's own install script, which .npmrc switches off for all. */
function rebuild(name, env) {
  console.log(`Fetching the GPU part of ${name}…`);
  const { status } = spawnSync('npm', ['rebuild', name, '--ignore-scripts=false'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
    env: { ...process.env, ...env },
  });
  return status === 0;
}
