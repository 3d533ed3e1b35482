/**
 * A text made ready for comparing: without case, accents, vowel points and invisible signs, white space as single spaces. Each
 * position leads back to the text as it was written.
 */
export interface FoldedText {
  readonly folded: string;
  /** From positions of `folded` to what was written there. */
  written(start: number, end: number): string;
}

/** A letter with the marks on it. */
const CLUSTER = /\P{M}\p{M}*|\p{M}+/gu;
/** Marks that do not make another letter: accents and points. Those of Indic scripts and Japanese voicing do. */
const ACCENT = /(?![\u3099\u309A])(?=\p{Mn})[\p{Script=Inherited}\p{Script=Hebrew}\p{Script=Arabic}]/gu;
const INVISIBLE = /[\p{Cf}\u0640]/gu;
const SPACE = /^[\p{Z}\s]/u;

/** Letters that no decomposition makes equal, and that people write one for the other. */
const SAME: Record<string, string> = {
  ß: 'ss',
  ς: 'σ',
  ı: 'i',
  ł: 'l',
  ø: 'o',
  đ: 'd',
  æ: 'ae',
  œ: 'oe',
  ى: 'ي',
  ة: 'ه',
  '’': "'",
  ʼ: "'",
  '“': '"',
  '”': '"',
};

const known = new Map<string, string>();

/** Case, accents and look of letters aside. What is equal to a reader is equal here. */
export function foldText(text: string): FoldedText {
  const starts: number[] = [];
  let folded = '';
  for (const { 0: cluster, index } of text.matchAll(CLUSTER)) {
    const piece = foldCluster(cluster);
    if (piece === ' ' && folded.endsWith(' ')) continue;
    for (let each = 0; each < piece.length; each++) starts.push(index);
    folded += piece;
  }
  return {
    folded,
    written: (start, end) => text.slice(starts[start] ?? text.length, starts[end] ?? text.length),
  };
}

function foldCluster(cluster: string): string {
  if (cluster.length === 1 && cluster < '\u0080') return SPACE.test(cluster) ? ' ' : cluster.toLowerCase();
  const before = known.get(cluster);
  if (before !== undefined) return before;
  const folded = SPACE.test(cluster)
    ? ' '
    : Array.from(
        cluster.normalize('NFKD').replace(ACCENT, '').replace(INVISIBLE, '').normalize('NFC').toLowerCase(),
        (letter) => SAME[letter] ?? letter,
      ).join('');
  // Emoji with everything on them are the only ones without number.
  if (known.size > 20_000) known.clear();
  known.set(cluster, folded);
  return folded;
}
