/** NumPy's .npy format, version 1.0: a float32 matrix in C order, little endian. */

/**
 * @param rows  vectors of length `dim`; null stands for a row of NaN.
 * @throws RangeError when a vector has another length.
 * Source: numpy/lib/format.py, "Format Version 1.0".
 */
export function npyMatrix(rows: readonly (Float32Array | null)[], dim: number): Uint8Array {
  const head = header(rows.length, dim);
  const out = new Uint8Array(head.length + rows.length * dim * 4);
  out.set(head);
  const view = new DataView(out.buffer);
  let at = head.length;
  for (const [i, row] of rows.entries()) {
    if (row && row.length !== dim)
      throw new RangeError(`Row ${i} has ${row.length} numbers, expected ${dim}.`);
    for (let j = 0; j < dim; j++, at += 4) view.setFloat32(at, row?.[j] ?? Number.NaN, true);
  }
  return out;
}

/** Magic, version, length, then a Python dict padded with spaces so that the numbers start at a multiple of 64. */
function header(count: number, dim: number): Uint8Array {
  const dict = `{'descr': '<f4', 'fortran_order': False, 'shape': (${count}, ${dim}), }`;
  const preamble = 10;
  const length = Math.ceil((preamble + dict.length + 1) / 64) * 64 - preamble;
  const bytes = Buffer.alloc(preamble + length, ' ');
  bytes.write('\x93NUMPY\x01\x00', 'latin1');
  bytes.writeUInt16LE(length, 8);
  bytes.write(dict, preamble, 'latin1');
  bytes.write('\n', preamble + length - 1, 'latin1');
  return bytes;
}
