/**
 * Tensors in a file that every other library reads too: eight bytes with the length of a header, the header in JSON, and
 * the numbers as they lie in memory, little-endian. Source: the safetensors format (Hugging Face), README, “Format”.
 */
import { open } from 'node:fs/promises';
import * as v from 'valibot';
import type { Numbers } from './engines/engine.ts';
import { type Shape, sizeOf } from './graph/tensor.ts';

export interface SavedTensor {
  readonly shape: Shape;
  readonly numbers: Numbers;
}

export interface Saved {
  /** By name, in the order of the file. */
  readonly tensors: ReadonlyMap<string, SavedTensor>;
  /** Words about the whole. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Longest header that is read, bytes: the format's own limit. */
const longestHeader = 100_000_000;
/** Data begin at a multiple of this, bytes, so that a file that is mapped into memory can be read where it lies. */
const alignment = 8;
/** Bytes read at once: below the 2 GiB that one call to the system may move. */
const chunk = 256 * 1024 * 1024;

const arrays = { F32: Float32Array, I32: Int32Array, U8: Uint8Array } as const;
type DataType = keyof typeof arrays;
const metadataKey = '__metadata__';

const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const tensorSchema = v.object({
  dtype: v.picklist(Object.keys(arrays) as DataType[]),
  shape: v.array(whole),
  data_offsets: v.tuple([whole, whole]),
});
const headerSchema = v.objectWithRest(
  { [metadataKey]: v.optional(v.record(v.string(), v.string())) },
  tensorSchema,
);

const typeOf = (numbers: Numbers) =>
  (Object.keys(arrays) as DataType[]).find((type) => numbers instanceof arrays[type])!;

/**
 * The pieces of the file, in their order: length and header, then the numbers where they lie.
 * @throws RangeError when numbers do not fill their shape, or a tensor has the name that is kept for the metadata.
 */
export function safetensorsParts({ tensors, metadata }: Saved): Uint8Array[] {
  // Bytes go last, so that all else stays aligned.
  const ordered = [...tensors].sort(
    ([, a], [, b]) => b.numbers.BYTES_PER_ELEMENT - a.numbers.BYTES_PER_ELEMENT,
  );
  const header: [string, unknown][] = [[metadataKey, metadata]];
  let end = 0;
  for (const [name, { shape, numbers }] of ordered) {
    if (numbers.length !== sizeOf(shape) || name === metadataKey)
      throw new RangeError(`“${name}” [${shape.join(', ')}] with ${numbers.length} numbers cannot be saved`);
    const start = end;
    end += numbers.byteLength;
    header.push([name, { dtype: typeOf(numbers), shape, data_offsets: [start, end] }]);
  }
  const text = Buffer.from(JSON.stringify(Object.fromEntries(header)));
  const length = Math.ceil(text.length / alignment) * alignment;
  const first = Buffer.alloc(8 + length, ' ');
  first.writeBigUInt64LE(BigInt(length));
  text.copy(first, 8);
  return [first, ...ordered.map(([, { numbers }]) => bytesOf(numbers))];
}

/** The same memory as bytes. */
export function bytesOf({ buffer, byteOffset, byteLength }: Numbers): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** A file that is no safetensors file, or not a whole one; the message ends a sentence about it. */
export class NoSafetensors extends Error {}

/**
 * Reads a file, each tensor into memory of its own. Nothing that the header says is believed before it is checked.
 * @throws NoSafetensors; the file system's errors.
 */
export async function readSafetensors(path: string): Promise<Saved> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    /** Bytes from `at` on; a file that became shorter meanwhile is noticed. */
    const read = async (into: Uint8Array, at: number) => {
      for (let done = 0; done < into.length;) {
        const { bytesRead } = await file.read(into, done, Math.min(chunk, into.length - done), at + done);
        if (bytesRead === 0) throw new NoSafetensors('is cut off');
        done += bytesRead;
      }
      return into;
    };
    if (size < 8) throw new NoSafetensors('is too short to hold anything');
    const length = Number(Buffer.from(await read(new Uint8Array(8), 0)).readBigUInt64LE());
    if (length > size - 8) throw new NoSafetensors('is cut off within its header, or no safetensors file');
    if (length > longestHeader) throw new NoSafetensors('has a header too long to be one');
    const header = parseHeader(await read(new Uint8Array(length), 8), size - 8 - length);
    const tensors = new Map<string, SavedTensor>();
    for (const { name, type, shape, start } of header.tensors) {
      const numbers: Numbers = new arrays[type](sizeOf(shape));
      await read(bytesOf(numbers), 8 + length + start);
      tensors.set(name, { shape, numbers });
    }
    return { tensors, metadata: header.metadata };
  } finally {
    await file.close();
  }
}

/** @param room  bytes behind the header. */
function parseHeader(bytes: Uint8Array, room: number) {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new NoSafetensors('has a damaged header');
  }
  const result = v.safeParse(headerSchema, parsed);
  if (!result.success) {
    const where = v.getDotPath(result.issues[0]);
    throw new NoSafetensors(`has a header that cannot be used${where ? `, at “${where}”` : ''}`);
  }
  const { [metadataKey]: metadata = {}, ...entries } = result.output;
  const tensors = Object.entries(entries as Record<string, v.InferOutput<typeof tensorSchema>>).map(
    ([
      name,
      {
        dtype: type,
        shape,
        data_offsets: [start, stop],
      },
    ]) => ({ name, type, shape, start, stop }),
  );
  tensors.sort((a, b) => a.start - b.start || a.stop - b.stop);
  // Side by side from the first byte to the last: no overlap, no gap, nothing beyond the end.
  let end = 0;
  for (const { name, type, shape, start, stop } of tensors) {
    if (start !== end || stop - start !== sizeOf(shape) * arrays[type].BYTES_PER_ELEMENT)
      throw new NoSafetensors(`has a header that does not fit its tensor “${name}”`);
    end = stop;
  }
  if (end > room) throw new NoSafetensors('is cut off');
  if (end < room) throw new NoSafetensors('has bytes at its end that belong to nothing');
  return { metadata, tensors };
}
