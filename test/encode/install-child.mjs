// Installs the small encoder from a host, as a program that a test kills. Arguments: the host's address, the folder, bytes to spare.
import { installEncoder } from '../../src-main/encode/install-encoder.ts';
import { smallEncoder } from './small-encoders.ts';

const [, , hub, encoders, spareBytes] = process.argv;
await installEncoder(smallEncoder('siglip2', { spareBytes: Number(spareBytes) }).entry, {
  encoders,
  hub,
  signal: new AbortController().signal,
  tryOut: async () => {},
});
