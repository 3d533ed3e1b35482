import { createHash } from 'node:crypto';

/** Fewer letters than these say the same by chance: "thank you very much". */
const LEAST_LETTERS = 24;

/**
 * The same for copies of one text: a hash of its words without addresses, mentions, case and punctuation. Null for texts too short
 * to tell.
 */
export function foldKey(text: string): string | null {
  const words = text
    .normalize('NFKC')
    .replaceAll(/\bhttps?:\/\/\S+/gi, ' ')
    .replaceAll(/(?:\bRT\s+)?[@＠][\p{L}\p{N}_.-]+(?:@[\p{L}\p{N}.-]+)?:?/giu, ' ')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M}]+/gu, ' ')
    .trim();
  if (words.replaceAll(' ', '').length < LEAST_LETTERS) return null;
  return createHash('sha256').update(words).digest('hex').slice(0, 32);
}
