/** Descriptors as a head that was learned turns them, before faces are grouped. */
import type { Session } from '../../models/inference.ts';
import type { FaceHeadReader } from '../store/face-heads.ts';
import type { GroupableFaces } from '../store/face-reader.ts';

/** Loads a model from its bytes. The engine hands it in: only encode/session.ts knows ONNX Runtime. */
export type OpenModel = (bytes: Uint8Array) => Promise<Session>;

export interface TurnedFaces extends GroupableFaces {
  /** How much higher the cosine is from which two faces are one person: it belongs to every threshold of the grouping. */
  readonly shift: number;
}

/** Faces that go through the head together. */
const rowsAtOnce = 4096;

/**
 * @param head  its id; null leaves the descriptors as they are.
 * @throws RangeError for a head that is gone, or of another model's length.
 * Cost: 0.5 s for 60,000 faces of 128 numbers, on one thread.
 */
export async function turnFaces(
  faces: GroupableFaces,
  head: number | null,
  { heads, openModel }: { readonly heads: Pick<FaceHeadReader, 'open'>; readonly openModel: OpenModel },
): Promise<TurnedFaces> {
  if (head === null || faces.faces.length === 0) return { ...faces, shift: 0 };
  const opened = heads.open(head);
  if (!opened) throw new RangeError(`The head ${head} is gone.`);
  const { dim, descriptors } = faces;
  const session = await openModel(opened.head);
  try {
    const turned = new Float32Array(descriptors.length);
    for (let from = 0; from < descriptors.length; from += rowsAtOnce * dim) {
      const data = descriptors.subarray(from, from + rowsAtOnce * dim);
      const made = await session.run({ features: { data, dims: [data.length / dim, dim] } });
      const rows = made['adapted-features']?.data;
      if (!(rows instanceof Float32Array) || rows.length !== data.length)
        throw new RangeError(`The head ${head} gave ${rows?.length ?? 0} numbers for ${data.length}.`);
      turned.set(rows, from);
    }
    const { before, after } = opened.thresholds;
    return { ...faces, descriptors: turned, shift: after - before };
  } finally {
    await session.close();
  }
}
