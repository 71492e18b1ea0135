/** An encoder whose image side is a small tower of the built-in kind, for tests. */
import { join } from 'node:path';
import type { EncoderCard } from '../../../models/card.ts';
import { sha256, writeEncoderFolder } from '../../../training/encoder-folder.ts';
import type { Numbers } from '../../../training/engines/engine.ts';
import { towerModel } from '../../../training/recipes/built-in/finish-tower.ts';
import type { TowerShape } from '../../../training/recipes/built-in/tower.ts';
import { builtTower } from '../../../training/recipes/built-in/train-tower.ts';
import { engine } from '../adapt/adapters.ts';

const shape: TowerShape = {
  stages: [8, 10, 12, 14].map((width) => ({ width, blocks: 1 })),
  top: 16,
  features: 12,
  embedding: 8,
};
const size = 64;

const first = ({ attributes }: { readonly attributes: object }) =>
  (attributes as { first: () => Numbers }).first() as Float32Array;

/** Writes it with the weights that it begins with. @returns its folder. */
export async function writeTower(folder: string): Promise<string> {
  const { weights } = builtTower({ seed: 1, shape, held: 0 });
  const values = new Map([...weights.all].map(([name, tensor]) => [name, first(tensor)]));
  const model = await towerModel(values, { seed: 1, shape }, size, engine);
  const hash = sha256(model);
  const card: EncoderCard = {
    id: `test-${hash.slice(0, 8)}`,
    name: 'Test',
    licence: 'none',
    source: 'Random numbers.',
    image: {
      file: 'image.onnx',
      input: 'image',
      size,
      resize: 'squash',
      interpolation: 'lanczos3',
      mean: [120, 110, 100],
      std: [60, 55, 50],
      outputs: { features: 'features', embedding: 'embedding' },
    },
    text: null,
    dim: { features: shape.features, embedding: shape.embedding },
    calibration: { text: null, likeness: { bias: -5, weight: 10 } },
    sha256: { 'image.onnx': hash },
  };
  const out = join(folder, 'tower');
  await writeEncoderFolder(
    out,
    new Map([
      ['image.onnx', model],
      ['encoder.json', Buffer.from(JSON.stringify(card))],
    ]),
  );
  return out;
}
