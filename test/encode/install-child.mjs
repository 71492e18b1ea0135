// Installs the small encoder from a host, as a program that a test kills. Arguments: the host's address, the folder, bytes to spare.
import { installableEncoder } from '../../src-main/encode/installable-encoder.ts';
import { installModel } from '../../src-main/encode/install-model.ts';
import { smallEncoder } from './small-encoders.ts';

const [, , hub, encoders, spareBytes] = process.argv;
await installModel(installableEncoder(smallEncoder('siglip2', { spareBytes: Number(spareBytes) }).entry), {
  folder: encoders,
  hub,
  signal: new AbortController().signal,
  tryOut: async () => {},
});
