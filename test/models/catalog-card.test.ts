import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readEncoderCard } from '../../models/card.ts';
import { catalogCard, catalogCardText, encoderId } from '../../models/catalog-card.ts';
import { listCatalog } from '../../models/catalog.ts';
import { relevance } from '../../models/relevance.ts';
import { LikenessError } from '../../src-main/contract/errors.ts';

const pooled = {
  image: { inputs: ['pixel_values'], outputs: ['last_hidden_state', 'pooler_output'] },
  text: { inputs: ['input_ids'], outputs: ['last_hidden_state', 'pooler_output'] },
};
const projected = {
  image: { inputs: ['pixel_values'], outputs: ['image_embeds', 'last_hidden_state'] },
  text: { inputs: ['input_ids', 'attention_mask'], outputs: ['text_embeds', 'last_hidden_state'] },
};
const entryOf = (family: string) => listCatalog().find((entry) => entry.family === family)!;

test('the card of every entry is one that the application opens', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'likeness-catalog-'));
  for (const entry of listCatalog()) {
    const card = catalogCard(entry, entry.family === 'clip' ? projected : pooled);
    await writeFile(join(dir, 'encoder.json'), JSON.stringify(card));
    assert.deepEqual(readEncoderCard(dir), card);
    assert.equal(card.id, encoderId(entry));
    assert.match(catalogCardText(entry, 'https://hub.example'), /hub\.example/);
  }
  await rm(dir, { recursive: true });
});

test('outputs and the mask are taken as the models have them', () => {
  const siglip = catalogCard(entryOf('siglip2'), pooled);
  assert.deepEqual(siglip.image.outputs, { features: 'pooler_output', embedding: 'pooler_output' });
  assert.ok(siglip.text?.kind === 'tokenizer-json');
  assert.deepEqual([siglip.text.output, siglip.text.inputs.mask], ['pooler_output', null]);
  const clip = catalogCard(entryOf('clip'), projected);
  assert.ok(clip.text?.kind === 'tokenizer-json');
  assert.deepEqual(
    [clip.image.outputs.embedding, clip.text.output, clip.text.inputs],
    ['image_embeds', 'text_embeds', { ids: 'input_ids', mask: 'attention_mask' }],
  );
});

test('a model of another kind is refused, with what was missing', () => {
  const odd = { ...pooled, image: { inputs: ['pixel_values'], outputs: ['logits'] } };
  assert.throws(
    () => catalogCard(entryOf('siglip2'), odd),
    (thrown) =>
      thrown instanceof LikenessError &&
      thrown.code === 'encoder-broken' &&
      /logits where image_embeds or pooler_output/.test(thrown.message),
  );
});

test('photos go in as their papers say: CLIP cropped, SigLIP 2 squashed to -1..1', () => {
  const clip = catalogCard(entryOf('clip'), projected).image;
  assert.equal(clip.resize, 'crop');
  assert.ok(Math.abs((255 - clip.mean[0]) / clip.std[0] - (1 - 0.48145466) / 0.26862954) < 1e-9);
  const siglip = catalogCard(entryOf('siglip2'), pooled).image;
  assert.equal(siglip.resize, 'squash');
  assert.deepEqual(
    [0, 255].map((byte) => (byte - siglip.mean[1]) / siglip.std[1]),
    [-1, 1],
  );
});

test("SigLIP 2's published probability, moved from one match in 32,768 pairs to one in twenty", () => {
  const { text } = catalogCard(entryOf('siglip2'), pooled).calibration;
  for (const cosine of [-0.05, 0.05, 0.1, 0.15]) {
    const published = 1 / (1 + Math.exp(-(Math.exp(4.724453449249268) * cosine - 16.771724700927734)));
    const odds = (published / (1 - published)) * 32_767 * (1 / 19);
    assert.ok(Math.abs(relevance(text!, cosine) - odds / (1 + odds)) < 1e-3);
  }
});
