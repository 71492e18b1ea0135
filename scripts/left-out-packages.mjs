// What `npm run dist` leaves out (electron-builder.yml extends this): all that comes in by package.json's
// optionalDependencies and that none of the dependencies needs: Node itself, which comes with Electron, and TensorFlow.js.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './node-version.mjs';

/** Path of a package → what the lock file says of it. The path '' is Likeness itself. */
const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));

/** The copy of a package that one at `from` gets: the nearest on the way up. */
function resolve(from, name) {
  const path = `${from && `${from}/`}node_modules/${name}`;
  if (packages[path]) return path;
  return from === '' ? null : resolve(from.slice(0, Math.max(0, from.lastIndexOf('/node_modules/'))), name);
}

/** Paths of these packages and of all that they depend on. */
function closure(names) {
  const found = new Set();
  const add = (from, wanted) => {
    for (const name of wanted) {
      const path = resolve(from, name);
      if (path === null || found.has(path)) continue;
      found.add(path);
      const { dependencies, optionalDependencies } = packages[path];
      add(path, Object.keys({ ...dependencies, ...optionalDependencies }));
    }
  };
  add('', names);
  return found;
}

// By name, wherever a package lies: electron-builder moves copies up on its own.
const nameOf = (path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
const needed = new Set([...closure(Object.keys(packages[''].dependencies))].map(nameOf));
const optional = new Set([...closure(Object.keys(packages[''].optionalDependencies))].map(nameOf));
const leftOut = [...optional].filter((name) => !needed.has(name));

// A list that began with an exclusion would mean all files but these.
export default { files: ['package.json', ...leftOut.map((name) => `!node_modules/${name}/**`)] };
