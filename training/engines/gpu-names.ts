/**
 * The names of the graphics cards, as the operating system gives them: no WebGPU or ONNX Runtime binding for Node does.
 * Empty where the system does not tell.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The command that lists them, and how to read what it prints. */
const sources: Readonly<
  Partial<
    Record<
      NodeJS.Platform,
      readonly {
        readonly command: readonly [string, ...string[]];
        readonly read: (text: string) => string[];
      }[]
    >
  >
> = {
  linux: [
    { command: ['nvidia-smi', '--query-gpu=name', '--format=csv,noheader'], read: lines },
    { command: ['lspci', '-mm'], read: readLspci },
  ],
  win32: [
    {
      command: ['powershell', '-NoProfile', '-Command', '(Get-CimInstance Win32_VideoController).Name'],
      read: lines,
    },
  ],
  darwin: [{ command: ['system_profiler', 'SPDisplaysDataType', '-json'], read: readSystemProfiler }],
};

export async function gpuNames(env: NodeJS.ProcessEnv = process.env): Promise<string[]> {
  if (env['VK_ICD_FILENAMES']?.includes('swiftshader'))
    return ['SwiftShader (no card: computed by the processor)'];
  for (const { command, read } of sources[process.platform] ?? []) {
    const [program, ...args] = command;
    const names = await run(program, args, { timeout: 5_000, windowsHide: true }).then(
      ({ stdout }) => read(stdout),
      () => [], // the command is not installed
    );
    if (names.length > 0) return names;
  }
  return [];
}

function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** Lines such as: 01:00.0 "VGA compatible controller" "NVIDIA Corporation" "GA104 [GeForce RTX 3070]" -ra1 … */
export function readLspci(text: string): string[] {
  return lines(text).flatMap((line) => {
    const [, kind, vendor, device] = /"([^"]*)" "([^"]*)" "([^"]*)"/.exec(line) ?? [];
    return kind && /VGA|3D|Display/.test(kind)
      ? [`${vendor} ${/\[(.+)\]/.exec(device!)?.[1] ?? device}`]
      : [];
  });
}

export function readSystemProfiler(text: string): string[] {
  const { SPDisplaysDataType: cards = [] } = JSON.parse(text) as {
    readonly SPDisplaysDataType?: readonly { readonly sppci_model?: string }[];
  };
  return cards.flatMap(({ sppci_model: model }) => (model ? [model] : []));
}
