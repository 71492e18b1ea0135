/** What an encoder of the catalog needs beside its files: a card, made from the files' own ends. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { verifyEncoder } from '../../models/card.ts';
import { catalogCard, catalogCardText, encoderId, fileNames } from '../../models/catalog-card.ts';
import type { CatalogEntry } from '../../models/catalog.ts';
import { readOnnxEnds } from '../../models/onnx-ends.ts';
import { LikenessError } from '../contract/errors.ts';
import type { Installable } from './install-model.ts';

export const installableEncoder = (entry: CatalogEntry): Installable => ({
  id: encoderId(entry),
  name: entry.name,
  files: entry.files.map((file) => ({ ...file, name: fileNames[file.role] })),
  writeCard: (dir, hub) => writeCard(entry, dir, hub),
  verify: verifyEncoder,
});

async function writeCard(entry: CatalogEntry, dir: string, hub: string): Promise<void> {
  const [image, text] = await Promise.all(
    [fileNames.image, fileNames.text].map((name) =>
      readOnnxEnds(join(dir, name)).catch((cause: unknown) => {
        if (!(cause instanceof RangeError)) throw cause;
        throw new LikenessError(
          'encoder-broken',
          `The file “${name}” of ${entry.name} is not one that this version of Likeness can read.`,
          'Update Likeness, or choose another encoder.',
          { cause },
        );
      }),
    ),
  );
  const card = catalogCard(entry, { image: image!, text: text! });
  await writeFile(join(dir, 'card.md'), catalogCardText(entry, hub), { flush: true });
  await writeFile(join(dir, 'encoder.json'), `${JSON.stringify(card, null, 2)}\n`, { flush: true });
}
