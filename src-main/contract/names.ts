/** How people's names are compared: with one another, and with what somebody types. Pure. */

/** Scripts written without spaces: each sign is a word of its own. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]\p{M}*/u;
const word = new RegExp(`${unspaced.source}|[\\p{L}\\p{N}\\p{M}]+`, 'gu');
/** Marks that people leave out when they type. In other scripts a mark is a vowel: without it the word is another. */
const accents =
  /(?<=[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Arabic}\p{Script=Hebrew}]\p{Mn}*)\p{Mn}/gu;
/** Letters that keep their stroke when accents are taken away. */
const plainLetters: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ł: 'l',
  ħ: 'h',
  ı: 'i',
  ς: 'σ',
};
const stroked = new RegExp(`[${Object.keys(plainLetters).join('')}]`, 'gu');

export interface NameWord {
  /** Without case and accents. */
  readonly folded: string;
  /** Where it stands in the text: from, and behind its end. */
  readonly from: number;
  readonly to: number;
}

/** The words of a text, or its signs where the script has no spaces, as names are compared. */
export function nameWords(text: string): NameWord[] {
  return [...text.matchAll(word)].map(({ 0: found, index }) => ({
    folded: foldName(found),
    from: index,
    to: index + found.length,
  }));
}

/** Without case and accents: “Zoë Đorđević” → “zoe dordevic”. */
export function foldName(text: string): string {
  return text
    .normalize('NFKD')
    .replace(accents, '')
    .normalize('NFC')
    .toLowerCase()
    .replace(stroked, (letter) => plainLetters[letter]!);
}
