// `npm run bench -- NAME …`: runs bench/NAME.ts; without a name it lists them. Plain JS, so that any Node can say
// what is wrong with it.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const here = import.meta.dirname;
const names = readdirSync(here)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -'.ts'.length))
  .sort();
const [name, ...args] = process.argv.slice(2);

if (name === undefined || !names.includes(name)) {
  if (name !== undefined) console.error(`There is no bench called “${name}”.`);
  console.log('npm run bench -- NAME, where NAME is one of:');
  for (const each of names) console.log(`  ${each.padEnd(12)} ${firstComment(each)}`);
  process.exit(name === undefined ? 0 : 2);
}
if (!process.features.typescript) {
  console.error(`Node ${process.versions.node} cannot run TypeScript: start it by npm run bench -- ${name}`);
  process.exit(1);
}
const { status } = spawnSync(process.execPath, ['--expose-gc', join(here, `${name}.ts`), ...args], {
  stdio: 'inherit',
});
process.exit(status ?? 1);

/** The first sentence of a script's opening comment. */
function firstComment(of) {
  const text = /^\/\*\*([\s\S]*?)\*\//.exec(readFileSync(join(here, `${of}.ts`), 'utf8'))?.[1] ?? '';
  return text
    .replaceAll(/\s*\n?\s*\*\s*/g, ' ')
    .trim()
    .split(/(?<=\.)\s/)[0];
}
