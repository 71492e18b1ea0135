/** Archives made in a test, block by block as POSIX and GNU tar write them. */

interface Member {
  readonly name: string;
  readonly content?: Uint8Array;
  readonly type?: string;
  readonly prefix?: string;
  /** As the header states it; what is there when left out. */
  readonly sizeBytes?: number;
}

const block = 512;

export function tarMember({
  name,
  content = new Uint8Array(0),
  type = '0',
  prefix = '',
  sizeBytes = content.length,
}: Member): Buffer {
  const header = Buffer.alloc(block);
  header.write(name, 0, 100);
  header.write('0000644\u00000000000\u00000000000\u0000', 100, 'latin1');
  header.write(`${sizeBytes.toString(8).padStart(11, '0')}\u0000`, 124, 'latin1');
  header.write('00000000000\u0000', 136, 'latin1');
  header.write(' '.repeat(8) + type, 148, 'latin1');
  header.write('ustar\u000000', 257, 'latin1');
  header.write(prefix, 345, 155);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\u0000 `, 148, 'latin1');
  return Buffer.concat([header, content, Buffer.alloc((block - (content.length % block)) % block)]);
}

/** A pax header with these records, for the member that follows. */
export function paxHeader(records: Readonly<Record<string, string>>): Buffer {
  const lines = Object.entries(records).map(([key, value]) => {
    const rest = Buffer.byteLength(` ${key}=${value}\n`);
    // The length counts its own digits.
    const length = rest + String(rest + String(rest).length).length;
    return `${length} ${key}=${value}\n`;
  });
  return tarMember({ name: 'PaxHeader', type: 'x', content: Buffer.from(lines.join('')) });
}

/** GNU's way to say the same of a name. */
export const longName = (name: string): Buffer =>
  tarMember({ name: '././@LongLink', type: 'L', content: Buffer.from(`${name}\u0000`) });

export const tarOf = (...parts: readonly Buffer[]): Buffer =>
  Buffer.concat([...parts, Buffer.alloc(2 * block)]);
