/** A chunk by its number, best first; scores compare within one ranking only. */
export interface Ranked {
  readonly number: number;
  readonly score: number;
}

export interface Term {
  readonly lexeme: string;
  readonly weight: number;
  /** In how many chunks it stands. */
  readonly chunkCount: number;
}

export interface Corpus {
  readonly chunkCount: number;
  readonly averageLength: number;
  /** Share of the chunks that are in scope, about. */
  readonly scopeShare: number;
}

/** The usual parameters of the literature, untuned (Robertson and Zaragoza 2009). */
export const K1 = 1.2;
export const B = 0.75;

export const weightOf = (term: Term, corpus: Corpus): number => term.weight * idf(term, corpus) * (K1 + 1);

/** How telling a term is. */
export function idf({ chunkCount }: Term, corpus: Corpus): number {
  return Math.log(1 + Math.max(0, corpus.chunkCount - chunkCount + 0.5) / (chunkCount + 0.5));
}

/** The same terms with weights that sum to one. */
export function normalised(terms: readonly Term[]): Term[] {
  const sum = terms.reduce((total, { weight }) => total + weight, 0);
  return terms.map((term) => ({ ...term, weight: term.weight / sum }));
}
