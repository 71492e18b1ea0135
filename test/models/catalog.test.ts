import assert from 'node:assert/strict';
import { test } from 'node:test';
import { downloadBytes, fileAddress, listCatalog } from '../../models/catalog.ts';

test('every encoder on offer has an image side, a text side and a tokenizer, under an id of its own', () => {
  const entries = listCatalog();
  assert.ok(entries.length > 0);
  assert.equal(new Set(entries.map(({ id }) => id)).size, entries.length);
  for (const { files } of entries)
    assert.deepEqual(files.map(({ role }) => role).sort(), ['image', 'text', 'tokenizer']);
});

test('no two different files share a hash', () => {
  const seen = new Map<string, string>();
  for (const { files } of listCatalog())
    for (const { sha256, repository, path } of files) {
      assert.equal(seen.get(sha256) ?? `${repository}/${path}`, `${repository}/${path}`);
      seen.set(sha256, `${repository}/${path}`);
    }
});

test('the smallest download stands first', () => {
  const bytes = listCatalog().map(downloadBytes);
  assert.deepEqual(
    bytes,
    bytes.toSorted((a, b) => a - b),
  );
  assert.equal(bytes[0], 87_461_602 + 64_504_507 + 2_224_119);
});

test('one is recommended, and its files lie at one commit of the Hub', () => {
  const [recommended, ...more] = listCatalog().filter((entry) => entry.recommended);
  assert.deepEqual(more, []);
  assert.equal(recommended!.id, 'siglip2-b16-224');
  assert.equal(downloadBytes(recommended!), 503_840_830);
  assert.deepEqual(
    recommended!.files.map((file) => fileAddress(file, 'https://huggingface.co')),
    ['onnx/vision_model_fp16.onnx', 'onnx/text_model_int8.onnx', 'tokenizer.json'].map(
      (path) =>
        `https://huggingface.co/onnx-community/siglip2-base-patch16-224-ONNX/resolve/ba1f3b0843f24bc5417d38e19c37b287d719b2f4/${path}`,
    ),
  );
});
