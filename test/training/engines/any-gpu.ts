/** A WebGPU device for tests: the computer's own, or SwiftShader, which computes it on the processor. */
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { probe } from '../../../training/engines/probe.ts';

/** Where browsers keep SwiftShader's driver manifest. */
const manifests = [
  process.env['CHROME_PATH'] && join(dirname(process.env['CHROME_PATH']), 'vk_swiftshader_icd.json'),
  '/usr/lib/chromium/vk_swiftshader_icd.json',
  '/usr/lib/chromium-browser/vk_swiftshader_icd.json',
  '/opt/google/chrome/vk_swiftshader_icd.json',
  join(import.meta.dirname, '../../../node_modules/electron/dist/vk_swiftshader_icd.json'),
];

/**
 * Sets this process up for a device that works.
 * @returns null when there is one, otherwise the reason why the tests are skipped.
 */
export async function findGpu(): Promise<string | null> {
  const [own] = await probe({ engines: ['webgpu'] });
  if (own!.works) return null;
  const manifest = manifests.find((path) => path && existsSync(path));
  if (!manifest) return `no graphics card (${own!.reason}) and no SwiftShader beside a browser`;
  const env = { VK_ICD_FILENAMES: manifest, XDG_RUNTIME_DIR: mkdtempSync(join(tmpdir(), 'likeness-xdg-')) };
  const [software] = await probe({ engines: ['webgpu'], env: { ...process.env, ...env } });
  if (!software!.works) return `SwiftShader does not start: ${software!.reason}`;
  Object.assign(process.env, env);
  return null;
}
