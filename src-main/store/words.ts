/** How names become words that full text can find: the same rule for what is kept and for what is asked. */

/** Scripts written without spaces: each sign is a word of its own, and a query asks for signs in a row. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]\p{M}*/gu;
/**
 * All that is no letter or number; a mark belongs to the letter before it and alone to nothing. The vowel signs of New Tai Lue
 * and two Vedic ones have become letters since the tables that the full text goes by: to it they are marks.
 */
const notWord =
  /[^\p{L}\p{N}\p{M}]+[\p{M}\u19B0-\u19C0\u19C8\u19C9\u1CF2\u1CF3]*|^[\p{M}\u19B0-\u19C0\u19C8\u19C9\u1CF2\u1CF3]+/gu;
/** Where letters and numbers meet: IMG2024, 12May. */
const numberSeams = /(?<=\p{L}\p{M}*)(?=\p{N})|(?<=\p{N})(?=\p{L})/gu;
/** Where words meet in one: camelCase, HTMLFile. */
const camelSeams = /(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/gu;
/** Letters that the last word of a query needs before it also finds longer words. */
const prefixLetters = 3;
/** Korean glues its particles to the word, so even one syllable stands for longer words. */
const glued = /\p{Script=Hangul}/u;

/** The words of a name in order: "IMG_2024RomaForum" → IMG, 2024, Roma, Forum. */
export function splitWords(text: string): string[] {
  return plainWords(text).flatMap((word) => word.split(camelSeams));
}

/** What goes into the full-text table. CamelCase stands there whole as well, since people type it in lower case. */
export function searchableText(text: string): string {
  const whole = plainWords(text).filter((word) => word.split(camelSeams).length > 1);
  return [...splitWords(text), ...whole].join(' ');
}

function plainWords(text: string): string[] {
  return text
    .normalize('NFKC')
    .replace(unspaced, ' $& ')
    .replace(notWord, ' ')
    .replace(numberSeams, ' ')
    .split(' ')
    .filter((word) => word !== '');
}

/** One typed word as an FTS5 query; null when nothing of it can be searched for. */
export function matchExpression(word: string): string | null {
  const words = splitWords(word);
  const last = words.at(-1);
  if (last === undefined) return null;
  // Quotes keep AND, NEAR, *, : and the like from being read as FTS5's language; splitWords leaves no quote.
  const phrase = `"${words.join(' ')}"`;
  return last.length >= prefixLetters || glued.test(last) ? `${phrase}*` : phrase;
}

/** A name as an FTS5 query: its words in a row, and nothing longer. */
export function phraseExpression(name: string): string | null {
  const words = splitWords(name);
  return words.length === 0 ? null : `"${words.join(' ')}"`;
}
