// `npm run setup:gpu`: fetches the parts that npm leaves out since most people need none of them, because they are large and
// come from elsewhere: ONNX Runtime's CUDA libraries, and TensorFlow's native part. docs/training-engines.md says who needs them.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './node-version.mjs';

/**
 * For Linux x64 alone: ONNX Runtime's package lists CUDA libraries for no other system, and on Windows TensorFlow's script
 * puts its library where Node 24 does not look for it.
 */
const system = 'linux x64';
const parts = [
  {
    name: 'onnxruntime-node',
    what: 'its libraries for CUDA 12, from api.nuget.org; they need CUDA 12 and cuDNN on this computer',
    env: { ONNXRUNTIME_NODE_INSTALL: 'cuda12' },
  },
  {
    name: '@tensorflow/tfjs-node-gpu',
    what: 'libtensorflow 2.9.1 and its binding, from storage.googleapis.com; of 2022, too old for recent NVIDIA cards, which do better by webgpu or cuda',
    env: {},
  },
];

const here = `${process.platform} ${process.arch}`;
let failed = false;
for (const part of parts) {
  if (!existsSync(join(root, 'node_modules', part.name)))
    console.log(`${part.name} is not installed: nothing to do.`);
  else if (here !== system) console.log(`${part.name} has no CUDA for ${here}; WebGPU serves there.`);
  else failed = !rebuild(part) || failed;
}
console.log(
  failed
    ? 'Not everything could be fetched; Likeness goes on with what it has.'
    : 'Done. `npm run -s likeness -- doctor` tells what works.',
);
process.exit(failed ? 1 : 0);

/** Runs the package's own install script, which .npmrc switches off for all. */
function rebuild({ name, what, env }) {
  console.log(`Fetching the GPU part of ${name}: ${what}.`);
  const { status } = spawnSync('npm', ['rebuild', name, '--ignore-scripts=false'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
    env: { ...process.env, ...env },
  });
  return status === 0;
}
