/** Two tokenizer.json written by hand, small: byte-level BPE as CLIP's, and BPE with bytes to fall back on as Gemma's. */

const mark = (id: number, content: string) => ({
  id,
  content,
  single_word: false,
  lstrip: false,
  rstrip: false,
  normalized: false,
  special: true,
});

/** Byte → the character that stands for it, so that every byte is visible (Radford et al. 2019, GPT-2's encoder.py). */
function byteCharacters(): string[] {
  const visible = (byte: number) =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || (byte >= 174 && byte <= 255);
  let hidden = 0;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(visible(byte) ? byte : 256 + hidden++));
}

const clipMerges = [
  'p h',
  'o t',
  'ph ot',
  'phot o</w>',
  'd o',
  'do g</w>',
  'o f</w>',
  'b e',
  'a c',
  'ac h</w>',
];
const clipPieces = [
  ...byteCharacters(),
  ...byteCharacters().map((character) => `${character}</w>`),
  ...clipMerges.map((merge) => merge.replace(' ', '')),
];

/** Start, end and padding: `<|startoftext|>`, `<|endoftext|>`. */
export const clipLike = {
  version: '1.0',
  truncation: null,
  padding: null,
  added_tokens: [mark(clipPieces.length, '<|startoftext|>'), mark(clipPieces.length + 1, '<|endoftext|>')],
  normalizer: {
    type: 'Sequence',
    normalizers: [
      { type: 'NFC' },
      { type: 'Replace', pattern: { Regex: String.raw`\s+` }, content: ' ' },
      { type: 'Lowercase' },
    ],
  },
  pre_tokenizer: {
    type: 'Sequence',
    pretokenizers: [
      {
        type: 'Split',
        pattern: { Regex: String.raw`'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+` },
        behavior: 'Removed',
        invert: true,
      },
      { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true },
    ],
  },
  post_processor: null,
  decoder: null,
  model: {
    type: 'BPE',
    dropout: null,
    unk_token: '<|endoftext|>',
    continuing_subword_prefix: '',
    end_of_word_suffix: '</w>',
    fuse_unk: false,
    vocab: Object.fromEntries(
      [...clipPieces, '<|startoftext|>', '<|endoftext|>'].map((piece, id) => [piece, id]),
    ),
    merges: clipMerges,
  },
};

const gemmaMarks = ['<pad>', '<eos>', '<bos>', '<unk>'];
const gemmaMerges: [string, string][] = [
  ['▁', 'd'],
  ['o', 'g'],
  ['▁d', 'og'],
  ['p', 'h'],
  ['o', 't'],
  ['ph', 'ot'],
  ['phot', 'o'],
  ['▁', 'o'],
  ['▁o', 'f'],
  ['▁', 'a'],
];
const gemmaPieces = [
  ...gemmaMarks,
  ...Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`),
  ...'▁abcdefghijklmnopqrstuvwxyz',
  ...gemmaMerges.map((merge) => merge.join('')),
];

/** End and padding: `<eos>` 1, `<pad>` 0. */
export const gemmaLike = {
  version: '1.0',
  truncation: null,
  padding: null,
  added_tokens: gemmaMarks.map((content, id) => mark(id, content)),
  normalizer: { type: 'Replace', pattern: { String: ' ' }, content: '▁' },
  pre_tokenizer: {
    type: 'Split',
    pattern: { String: ' ' },
    behavior: 'MergedWithPrevious',
    invert: false,
  },
  post_processor: {
    type: 'TemplateProcessing',
    single: [{ Sequence: { id: 'A', type_id: 0 } }, { SpecialToken: { id: '<eos>', type_id: 0 } }],
    pair: [{ Sequence: { id: 'A', type_id: 0 } }, { Sequence: { id: 'B', type_id: 1 } }],
    special_tokens: { '<eos>': { id: '<eos>', ids: [1], tokens: ['<eos>'] } },
  },
  decoder: null,
  model: {
    type: 'BPE',
    dropout: null,
    unk_token: '<unk>',
    continuing_subword_prefix: null,
    end_of_word_suffix: null,
    fuse_unk: true,
    byte_fallback: true,
    ignore_merges: false,
    vocab: Object.fromEntries(gemmaPieces.map((piece, id) => [piece, id])),
    merges: gemmaMerges,
  },
};
