/** What `likeness doctor` looks at: versions, what inference can run on, the database, what to mend. */
import type { Doctor } from './contract/api.ts';
import { toErrorData } from './contract/errors.ts';
import type { Services } from './app.ts';

/** ONNX Runtime's providers worth a try on each system. */
const providersOf: Readonly<Record<string, readonly string[]>> = {
  linux: ['cpu', 'webgpu', 'cuda'],
  win32: ['cpu', 'webgpu', 'dml', 'cuda'],
  darwin: ['cpu', 'webgpu', 'coreml'],
};
const probeTimeoutMs = 30_000;

export async function examine(services: Services, version: string): Promise<Doctor> {
  const { store } = services;
  const integrity = store.integrity();
  const encoders = await Promise.all(services.encoders.all.map((encoder) => encoder.verify()));
  const providers = await probeProviders(services);
  const counts = store.counts();
  const advice = [
    ...(integrity.ok
      ? []
      : ['The database is damaged: close Likeness and put back the newest backup beside it.']),
    ...encoders
      .filter(({ ok }) => !ok)
      .map(({ id, details }) => `The encoder ${id} is damaged: ${details.join(' ')}`),
    ...(counts.failed > 0 ? [`${counts.failed} photos could not be read: see Problems in the window.`] : []),
    ...store.folders
      .list()
      .filter(({ present }) => !present)
      .map(({ path }) => `The folder ${path} is away: connect its disk, or remove it from the library.`),
  ];
  return { versions: versions(version, store.sqliteVersion()), providers, integrity, advice };
}

function versions(likeness: string, sqlite: string): Record<string, string> {
  const { node, v8, electron } = process.versions as NodeJS.ProcessVersions & { electron?: string };
  return {
    likeness,
    node,
    v8,
    ...(electron && { electron }),
    sqlite,
    system: `${process.platform} ${process.arch}`,
  };
}

/** Each in an engine of its own: a driver that crashes takes nothing else with it. */
async function probeProviders(services: Services): Promise<Doctor['providers']> {
  const results: Doctor['providers'][number][] = [];
  for (const name of providersOf[process.platform] ?? ['cpu']) {
    const engine = services.throwAwayEngine();
    try {
      await engine.call('probe', { provider: name }, { timeoutMs: probeTimeoutMs });
      results.push({ name, works: true, reason: null });
    } catch (thrown) {
      results.push({ name, works: false, reason: firstLine(thrown) });
    } finally {
      engine.close();
    }
  }
  return results;
}

/** The runtime's errors go on for lines and begin with the place in its source; what is left says it. */
function firstLine(thrown: unknown): string {
  const { message } = toErrorData(thrown);
  const line = message.replace(/^Likeness hit a fault of its own: /, '').split('\n', 1)[0]!;
  return line.replace(/^.*was false\. /, '');
}
