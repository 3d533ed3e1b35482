import { sql } from 'kysely';
import type { Tx } from '../platform/index.ts';
import { B, type Corpus, K1, normalised, type Ranked, type Term, weightOf } from './bm25.ts';
import { type ChunkWords, entryOf, frequenciesIn, frequencyOf, readChunkWords } from './chunk-words.ts';

/** RM3 with the usual parameters of the literature, untuned (Abdul-Jaleel et al. 2004). */
export const FEEDBACK_CHUNKS = 10;
const FEEDBACK_TERMS = 20;
const ORIGINAL_SHARE = 0.5;

/** What a first ranking found, ranked again by the question and the words that stand out in the first ten. */
export async function rankWithFeedback(
  tx: Tx,
  orgId: string,
  corpus: Corpus,
  asked: readonly Term[],
  found: readonly Ranked[],
): Promise<Ranked[]> {
  const chunks = await readChunkWords(tx, found);
  const feedback = await feedbackTerms(tx, orgId, found.slice(0, FEEDBACK_CHUNKS), chunks, asked);
  return rescore(chunks, corpus, mixed(normalised(asked), normalised(feedback)));
}

/**
 * Words that stand out in the best chunks: their share of each, weighted by how likely the chunk is (a relevance model).
 * BM25 sums logarithms of odds, so the likelihoods are its exponentials; normalising the question's weights is undone first.
 */
async function feedbackTerms(
  tx: Tx,
  orgId: string,
  best: readonly Ranked[],
  chunks: readonly ChunkWords[],
  asked: readonly Term[],
): Promise<Term[]> {
  const askedWeight = asked.reduce((total, { weight }) => total + weight, 0);
  const shares = new Map<string, number>();
  for (const { number, score } of best) {
    const chunk = chunks.find((candidate) => candidate.number === number);
    if (!chunk) continue;
    const likelihood = Math.exp((score - best[0]!.score) * askedWeight);
    for (const [lexeme, frequency] of frequenciesIn(chunk)) {
      if (lexeme.length > 1) shares.set(lexeme, (shares.get(lexeme) ?? 0) + (likelihood * frequency) / chunk.length);
    }
  }
  const telling = [...shares].toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, FEEDBACK_TERMS);
  const known = await tx
    .selectFrom('corpus_lexemes')
    .select(['lexeme', 'chunk_count'])
    .where('org_id', '=', orgId)
    .where(sql<boolean>`lexeme = any(${telling.map(([lexeme]) => lexeme)}::text[])`)
    .execute();
  return known.map(({ lexeme, chunk_count }) => ({ lexeme, weight: shares.get(lexeme)!, chunkCount: chunk_count }));
}

/** The same chunks under other terms, from their own words: however common a term is, it costs nothing more. */
function rescore(chunks: readonly ChunkWords[], corpus: Corpus, terms: readonly Term[]): Ranked[] {
  const entries = terms.map((term) => ({ entry: entryOf(term.lexeme), weight: weightOf(term, corpus) }));
  const ranked = chunks.map((chunk): Ranked => {
    const norm = K1 * (1 - B + (B * chunk.length) / corpus.averageLength);
    let score = 0;
    for (const { entry, weight } of entries) {
      const frequency = frequencyOf(entry, chunk);
      score += (weight * frequency) / (frequency + norm);
    }
    return { number: chunk.number, score };
  });
  return ranked.toSorted((a, b) => b.score - a.score || a.number - b.number);
}

function mixed(original: readonly Term[], feedback: readonly Term[]): Term[] {
  const byLexeme = new Map(original.map((term) => [term.lexeme, { ...term, weight: term.weight * ORIGINAL_SHARE }]));
  for (const term of feedback) {
    const weight = (byLexeme.get(term.lexeme)?.weight ?? 0) + term.weight * (1 - ORIGINAL_SHARE);
    byLexeme.set(term.lexeme, { ...term, weight });
  }
  return [...byLexeme.values()];
}
