/** A word of a text and where it stands, in UTF-16 units. */
export interface Token {
  readonly text: string;
  readonly from: number;
  readonly to: number;
  /** The word without what does not tell words apart: case, marks, punctuation. */
  readonly key: string;
}

/** Scripts without spaces are taken sign by sign, everything else from space to space. */
const TOKEN =
  /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}]\p{M}*|[\S--[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}]]+/gv;

export function tokensOf(text: string): Token[] {
  return Array.from(text.matchAll(TOKEN), ({ 0: token, index }) => ({
    text: token,
    from: index,
    to: index + token.length,
    key: keyOf(token),
  }));
}

function keyOf(token: string): string {
  const bare = token
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\p{P}\p{S}]+/gu, '');
  return bare === '' ? token : bare;
}

/** Below this two words are simply different. */
const ALIKE = 0.6;

/** 1 for the same word, between 0.6 and 1 for one misheard or mistyped, else 0. */
export function likeness(a: Token, b: Token): number {
  if (a.key === b.key) return 1;
  const [short, long] = a.key.length < b.key.length ? [a.key, b.key] : [b.key, a.key];
  if (short.length < 3 || long.length > 40 || short.length / long.length < ALIKE) return 0;
  const share = 1 - editDistance(short, long) / long.length;
  return share >= ALIKE ? share : 0;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}

/** Share of words that two texts have in common, whatever their order: 0 to 1. */
export function commonShare(a: readonly Token[], b: readonly Token[]): number {
  if (a.length === 0 || b.length === 0) return 0;
  const counts = new Map<string, number>();
  for (const { key } of a) counts.set(key, (counts.get(key) ?? 0) + 1);
  let common = 0;
  for (const { key } of b) {
    const left = counts.get(key) ?? 0;
    if (left > 0) common++;
    counts.set(key, left - 1);
  }
  return common / Math.max(a.length, b.length);
}
