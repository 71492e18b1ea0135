/**
 * Networks in the form of YuNet's and SFace's files, that see colours: a cell of 8 px that is red is a face, one of 16 px that is green,
 * one of 32 px that is blue. The descriptor is how red and green lie on the upright square. They stand in for files that cannot be shipped.
 */
import { createHash } from 'node:crypto';
import { onnxModel } from '../../../training/graph/onnx-model.ts';
import { add, mul } from '../../../training/graph/ops/elementwise.ts';
import { mean } from '../../../training/graph/ops/reduce.ts';
import { reshape, slice } from '../../../training/graph/ops/shape.ts';
import { type Tensor, constant, input } from '../../../training/graph/tensor.ts';
import { type FaceCatalogEntry, listFaceCatalog } from '../../../models/face-catalog.ts';

const side = 640;
/** Of a cell: where the middle lies, and the logarithms of width and height. */
export const cellBox = { dx: 0.5, dy: 0.5, width: 1.5, height: 2.5 } as const;
export const cellPoints = [0.2, 0.3, 0.8, 0.3, 0.5, 0.6, 0.3, 0.8, 0.7, 0.8];

export function yunetLike(): Uint8Array {
  const image = input('input', [1, 3, side, side]);
  const outputs: Record<string, Tensor> = {};
  // Channels lie blue, green, red.
  for (const [stride, channel] of [
    [8, 2],
    [16, 1],
    [32, 0],
  ] as const) {
    const n = side / stride;
    const plane = slice(image, 1, channel, channel + 1);
    const others = mul(
      add(
        slice(image, 1, (channel + 1) % 3, ((channel + 1) % 3) + 1),
        slice(image, 1, (channel + 2) % 3, ((channel + 2) % 3) + 1),
      ),
      -1,
    );
    const cells = reshape(mean(reshape(add(plane, others), [n, stride, n, stride]), [1, 3]), [1, n * n, 1]);
    const score = mul(cells, 1 / 255);
    const rows = (values: readonly number[]) => {
      const width = values.length;
      const fixed = constant(
        Float32Array.from({ length: n * n * width }, (_, i) => values[i % width]!),
        [1, n * n, width],
      );
      // Of the image, so that it is no output that the graph could be written without.
      return add(fixed, mul(cells, 0));
    };
    outputs[`cls_${stride}`] = score;
    outputs[`obj_${stride}`] = add(score, 0);
    outputs[`bbox_${stride}`] = rows([
      cellBox.dx,
      cellBox.dy,
      Math.log(cellBox.width),
      Math.log(cellBox.height),
    ]);
    outputs[`kps_${stride}`] = rows(cellPoints);
  }
  return onnxModel({ outputs, updates: new Map() }, 'compact');
}

export function sfaceLike(): Uint8Array {
  const image = input('data', [1, 3, 112, 112]);
  const cells = reshape(mean(reshape(slice(image, 1, 0, 2), [2, 8, 14, 8, 14]), [2, 4]), [1, 128]);
  return onnxModel({ outputs: { fc1: cells }, updates: new Map() }, 'compact');
}

/** As a catalog has them, and where the Hub would. */
export function smallFaceModel(): { entry: FaceCatalogEntry; files: Record<string, Uint8Array> } {
  const parts = [
    { role: 'detector', bytes: yunetLike() },
    { role: 'descriptor', bytes: sfaceLike() },
  ] as const;
  const [usual] = listFaceCatalog();
  const [entry] = listFaceCatalog([
    {
      ...usual,
      id: 'small-faces',
      name: 'Small faces',
      files: parts.map(({ role, bytes }) => ({
        role,
        repository: 'somebody/faces',
        path: `${role}.onnx`,
        bytes: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
      })),
    },
  ]);
  const files = Object.fromEntries(
    parts.map(({ role, bytes }) => [`/somebody/faces/resolve/main/${role}.onnx`, bytes]),
  );
  return { entry: entry!, files };
}
