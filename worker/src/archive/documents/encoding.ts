/** Labels of the Encoding Standard, as `TextDecoder` takes them. */
export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1251' | 'windows-1252' | 'koi8-r' | 'ibm866';

const LEGACY = ['windows-1251', 'windows-1252', 'koi8-r', 'ibm866'] as const;
/** By frequency in Russian prose; the first ten make two thirds of it. */
const RUSSIAN_LETTERS = 'оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъ';
/** Enough to tell alphabets apart, and quick: 512 KiB take a few hundredths of a second. */
const SAMPLE_BYTES = 512 * 1024;

/**
 * The encoding of something that may be text, or null when it is not: control characters give binaries away. UTF-8 is
 * certain when it is valid; the four eight-bit alphabets are told apart by which of them reads most like words.
 * `isCut` says that the bytes are the beginning of a file and may end inside a character.
 */
export function guessEncoding(bytes: Uint8Array, isCut = false): TextEncoding | null {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  const wide = markedEncoding(sample) ?? wideEncoding(sample);
  if (wide === 'utf-16le' || wide === 'utf-16be') return readsAsText(sample, wide) ? wide : null;
  if (looksBinary(sample)) return null;
  return wide ?? (isMostlyUtf8(bytes, isCut) ? 'utf-8' : legacyEncoding(sample));
}

/** Reads text whatever its encoding; `fallback` (a page's own word on it) is used only when UTF-8 and UTF-16 are out. */
export function decodeText(bytes: Uint8Array, fallback?: string): { text: string; encoding: string } {
  const guessed = guessEncoding(bytes) ?? 'utf-8';
  const isEightBit = (LEGACY as readonly string[]).includes(guessed);
  const encoding = isEightBit && fallback !== undefined && isKnownEncoding(fallback) ? fallback : guessed;
  return { text: new TextDecoder(encoding).decode(bytes), encoding };
}

function isKnownEncoding(label: string): boolean {
  try {
    return new TextDecoder(label).encoding !== 'replacement';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function markedEncoding([first, second, third]: Uint8Array): TextEncoding | null {
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : null;
}

/** UTF-16 without a mark: every other byte is the number of a page, 0 for Latin and 4 for Cyrillic letters. */
function wideEncoding(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  const pages: [number, number] = [0, 0];
  const zeros: [number, number] = [0, 0];
  for (let index = 0; index < bytes.length; index++) {
    const side = (index % 2) as 0 | 1;
    if (bytes[index] === 0) zeros[side]++;
    if (bytes[index] === 0 || bytes[index] === 4) pages[side]++;
  }
  const half = bytes.length / 2;
  if (half < 4 || zeros[0] + zeros[1] === 0) return null;
  if (pages[1] > half * 0.7 && zeros[0] < half * 0.02) return 'utf-16le';
  return pages[0] > half * 0.7 && zeros[1] < half * 0.02 ? 'utf-16be' : null;
}

/** Quiet 16-bit sound looks like UTF-16 by its zeros, but a quarter of its "letters" are control characters. */
function readsAsText(bytes: Uint8Array, encoding: TextEncoding): boolean {
  const text = new TextDecoder(encoding).decode(bytes, { stream: true });
  const odd = text.match(/[^\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}\s]/gu)?.length ?? 0;
  return odd <= text.length / 200;
}

/** Compressed bytes hold about one control character in ten; text holds none, save a stray escape or end-of-file mark. */
function looksBinary(bytes: Uint8Array): boolean {
  let controls = 0;
  for (const byte of bytes) {
    if (byte === 0) return true;
    if (byte < 9 || (byte > 13 && byte < 32) || byte === 127) controls++;
  }
  return controls > 1 + bytes.length / 500;
}

/** A damaged character here and there does not make UTF-8 something else, nor does a sample cut inside one. */
function isMostlyUtf8(bytes: Uint8Array, isCut: boolean): boolean {
  const text = new TextDecoder().decode(bytes, { stream: isCut });
  let wide = 0;
  let broken = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 0xfffd) broken++;
    else if (code > 127) wide++;
  }
  return broken * 20 <= wide;
}

function legacyEncoding(bytes: Uint8Array): TextEncoding {
  const scored = LEGACY.map((encoding) => ({ encoding, score: wordLikeness(new TextDecoder(encoding).decode(bytes)) }));
  return scored.reduce((best, next) => (next.score > best.score ? next : best)).encoding;
}

/** Sums over all characters outside ASCII: letters in their usual surroundings count for, anything odd against. */
function wordLikeness(text: string): number {
  let score = 0;
  for (let index = 0; index < text.length; index++) {
    const char = text[index] ?? '';
    if (char <= '\u007f') continue;
    score += charLikeness(char, text[index - 1] ?? ' ', text[index + 1] ?? ' ');
  }
  return score;
}

function charLikeness(char: string, before: string, after: string): number {
  const isCapitalInside = /\p{Lu}/u.test(char) && /\p{Ll}/u.test(before);
  if (/\p{Script=Cyrillic}/u.test(char)) {
    if (/[a-z]/i.test(before + after)) return -3;
    const rank = RUSSIAN_LETTERS.indexOf(char.toLowerCase());
    return (rank < 0 ? -1 : rank < 10 ? 2 : rank < 20 ? 1 : 0) - (isCapitalInside ? 3 : 0);
  }
  if (/\p{Script=Latin}/u.test(char)) {
    // Accents stand between plain letters; a run of accented letters is another alphabet read wrongly.
    return (/[^\p{ASCII}]/u.test(before) && /[^\p{ASCII}]/u.test(after) ? -2 : 1.5) - (isCapitalInside ? 3 : 0);
  }
  return /[\u00a0«»“”„‘’–—…№©®°€§·•]/.test(char) ? 1 : -2;
}
