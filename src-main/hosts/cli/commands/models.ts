/** `likeness models list` and `models verify`: the encoders that are installed. */
import { command } from '../command.ts';
import { bytes, columns } from '../table.ts';

export const modelsList = command({
  name: 'models list',
  summary: 'List the encoders, with licence and size',
  takes: '',
  count: [0, 0],
  options: {},
  examples: ['likeness models list'],
  async run(_input, { app }) {
    const { models } = await (await app()).call('models.list', {});
    const rows = models.map(({ id, name, licence, bytes: size, installed, active }) => [
      active ? '*' : ' ',
      id,
      name,
      licence,
      bytes(size),
      installed ? 'installed' : 'not installed',
    ]);
    return { data: { models }, text: () => `${columns(rows, [4])}\n* finds your photos now` };
  },
});

export const modelsVerify = command({
  name: 'models verify',
  summary: 'Check every file of the installed encoders against its card',
  takes: '',
  count: [0, 0],
  options: {},
  examples: ['likeness models verify'],
  async run(_input, { app }) {
    const likeness = await app();
    const { models } = await likeness.call('models.list', {});
    const checks = new Map((await likeness.verifyEncoders()).map((check) => [check.id, check]));
    const checked = models.map((model) => ({
      ...model,
      ok: checks.get(model.id)?.ok ?? false,
      details: checks.get(model.id)?.details ?? [],
    }));
    const rows = checked.map(({ id, ok, details }) => [id, ok ? 'whole' : `damaged: ${details.join(' ')}`]);
    return {
      data: { models: checked },
      text: () => columns(rows),
      exitCode: checked.every(({ ok }) => ok) ? 0 : 1,
    };
  },
});
