/**
 * The names of the inputs and outputs of an .onnx file, without its weights: the file is walked field by field and what is large is
 * stepped over, so a model of 600 MB costs a few thousand small reads and no memory.
 * Source: Protocol Buffers, “Encoding”, https://protobuf.dev/programming-guides/encoding/; onnx.proto3.
 */
import { open, type FileHandle } from 'node:fs/promises';

export interface OnnxEnds {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** Field numbers of ModelProto, GraphProto and ValueInfoProto. */
const graphField = 7;
const [inputField, outputField] = [11, 12];
const nameField = 1;
/** A name is a few dozen bytes; a file that claims more is no model. */
const mostBytes = 1 << 16;

/** @throws RangeError when the bytes are no model; the file system's errors. */
export async function readOnnxEnds(path: string): Promise<OnnxEnds> {
  const file = await open(path);
  try {
    const bytes = new FileBytes(file, (await file.stat()).size);
    const [inputs, outputs]: [string[], string[]] = [[], []];
    for await (const field of fields(bytes, 0, bytes.size)) {
      if (field.number !== graphField) continue;
      for await (const one of fields(bytes, field.start, field.end)) {
        if (one.number === inputField) inputs.push(await nameOf(bytes, one));
        if (one.number === outputField) outputs.push(await nameOf(bytes, one));
      }
    }
    if (outputs.length === 0) throw new RangeError('a model without outputs');
    return { inputs, outputs };
  } finally {
    await file.close();
  }
}

async function nameOf(bytes: FileBytes, value: Field): Promise<string> {
  for await (const { number, start, end } of fields(bytes, value.start, value.end))
    if (number === nameField) return new TextDecoder().decode(await bytes.read(start, end));
  return '';
}

interface Field {
  readonly number: number;
  /** Where its value lies, from `start` up to `end`. */
  readonly start: number;
  readonly end: number;
}

async function* fields(bytes: FileBytes, from: number, to: number): AsyncGenerator<Field> {
  for (let at = from; at < to;) {
    const tag = await bytes.varint(at);
    const { start, end } = await valueAt(tag.end, tag.value % 8, bytes);
    if (end > to) throw new RangeError(`a field that ends at ${end}, in ${to} bytes`);
    yield { number: Math.floor(tag.value / 8), start, end };
    at = end;
  }
}

/** By wire type: a number, 8 bytes, a length and so many bytes, 4 bytes. */
async function valueAt(at: number, wireType: number, bytes: FileBytes): Promise<Omit<Field, 'number'>> {
  if (wireType === 1) return { start: at, end: at + 8 };
  if (wireType === 5) return { start: at, end: at + 4 };
  if (wireType !== 0 && wireType !== 2) throw new RangeError(`wire type ${wireType}`);
  const number = await bytes.varint(at);
  return wireType === 0
    ? { start: at, end: number.end }
    : { start: number.end, end: number.end + number.value };
}

/** A file read through a window of 64 KiB. */
class FileBytes {
  readonly size: number;
  readonly #file: FileHandle;
  readonly #window = new Uint8Array(1 << 16);
  #from = 0;
  #length = 0;

  constructor(file: FileHandle, size: number) {
    this.#file = file;
    this.size = size;
  }

  /** @throws RangeError beyond the file's end, or for more than a description can take. */
  async read(start: number, end: number): Promise<Uint8Array> {
    if (end > this.size || end - start > mostBytes) throw new RangeError(`bytes ${start} to ${end}`);
    if (start < this.#from || end > this.#from + this.#length) {
      this.#from = start;
      this.#length = (await this.#file.read(this.#window, 0, this.#window.length, start)).bytesRead;
    }
    return this.#window.slice(start - this.#from, end - this.#from);
  }

  /** Seven bits a byte, the lowest first; the last byte has its top bit clear. */
  async varint(start: number): Promise<{ readonly value: number; readonly end: number }> {
    const bytes = await this.read(start, Math.min(start + 10, this.size));
    let [value, scale] = [0, 1];
    for (const [at, byte] of bytes.entries()) {
      value += (byte & 127) * scale;
      scale *= 128;
      if (byte < 128) return { value, end: start + at + 1 };
    }
    throw new RangeError(`no number at byte ${start}`);
  }
}
