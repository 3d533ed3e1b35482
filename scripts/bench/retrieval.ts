/**
 * nDCG@10 on the Cranfield collection (1,400 abstracts, 225 questions, graded judgements), indexed and searched as the product
 * does it. The collection is not part of the project: without it there is no figure.
 */
import { existsSync } from 'node:fs';
import { indexItem, searchPassages } from '@nexus/shared/assistant';
import { benchContext, insertTextItem } from './bench-context.ts';
import type { Figure } from './figure.ts';

export const COLLECTION =
  process.env.NEXUS_CRANFIELD ?? new URL('../../../shared/data/retrieval/cranfield', import.meta.url).pathname;

export interface Judgement {
  question: string;
  document: string;
  grade: number;
}

/** Null when the collection is not at hand. */
export async function measureRetrieval(): Promise<Figure | null> {
  if (!existsSync(`${COLLECTION}/documents.jsonl`)) return null;
  const documents = await readLines<{ id: string; title: string; text: string }>('documents');
  const questions = await readLines<{ id: string; text: string }>('questions');
  const judgements = Map.groupBy(await readLines<Judgement>('judgements'), ({ question }) => question);

  await using bench = await benchContext();
  const documentOf = new Map<string, string>();
  for (const document of documents) {
    const itemId = await insertTextItem(bench.ctx, {
      title: document.title,
      language: 'en',
      paragraphs: [document.text],
    });
    documentOf.set(itemId, document.id);
    await indexItem(bench.ctx, { itemId });
  }

  let total = 0;
  for (const question of questions) {
    const { passages } = await searchPassages(bench.ctx, { query: question.text, limit: 50 });
    const ranked = [...new Set(passages.map(({ itemId }) => documentOf.get(itemId)!))].slice(0, 10);
    const grades = new Map((judgements.get(question.id) ?? []).map(({ document, grade }) => [document, grade]));
    total += ndcg(
      ranked.map((document) => grades.get(document) ?? 0),
      [...grades.values()],
    );
  }
  return {
    name: 'retrieval-ndcg-at-10',
    value: Number((total / questions.length).toFixed(4)),
    unit: 'nDCG@10',
    n: questions.length,
    note: `Cranfield, ${documents.length} documents, by words alone (BM25 + RM3), gains linear in the grade`,
  };
}

/** Discounted cumulative gain of a ranking over that of the best one. 0 when nothing is relevant. */
export function ndcg(gains: readonly number[], judged: readonly number[]): number {
  const dcg = (values: readonly number[]) => values.reduce((sum, gain, index) => sum + gain / Math.log2(index + 2), 0);
  const ideal = dcg(judged.toSorted((a, b) => b - a).slice(0, 10));
  return ideal === 0 ? 0 : dcg(gains) / ideal;
}

export async function readLines<Line>(name: string): Promise<Line[]> {
  const text = await Bun.file(`${COLLECTION}/${name}.jsonl`).text();
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

if (import.meta.main) console.log(JSON.stringify(await measureRetrieval()));
