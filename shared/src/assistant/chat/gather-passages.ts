import type { Context } from '../../platform/index.ts';
import type { Passage } from '../contracts.ts';
import type { Embedder } from '../embedder.ts';
import { searchPassages } from '../search-passages.ts';
import type { ChatScope } from './chat-contracts.ts';
import { joinChunks } from './join-chunks.ts';
import { coverageOf, leastCoverage } from './passage-coverage.ts';
import { type FoundChunk, readChunks } from './read-chunks.ts';
import type { ReadPassage } from './read-passage.ts';

const PER_QUERY = 12;
const MOST_CHUNKS = 16;
/** Reciprocal rank fusion, as search fuses words and meaning. */
const FUSION = 60;

export interface Gathered {
  /** The best first, numbered from 1. Empty when nothing in the archive is near enough. */
  readonly passages: ReadPassage[];
  /** Why meaning had no part in the search, in words for the user. */
  readonly warning: string | null;
}

/** The best passages for all searches together, neighbours joined, within so many characters. */
export async function gatherPassages(
  ctx: Pick<Context, 'orgId' | 'actor' | 'db' | 'log'>,
  input: { queries: readonly string[]; scope: ChatScope; characters: number },
  { embedder }: { embedder: Embedder | null },
): Promise<Gathered> {
  const answers = [];
  for (const query of input.queries)
    answers.push(await searchPassages(ctx, { query, limit: PER_QUERY, ...input.scope }, { embedder }));
  const warning = answers.find((answer) => answer.warning !== null)?.warning ?? null;
  const byMeaning = answers.some(({ mode }) => mode === 'words+vectors');
  const ids = fuse(answers.map(({ passages }) => passages));
  if (ids.length === 0) return { passages: [], warning };

  const chunks = await ctx.db.transaction().execute(async (tx) => {
    const found = await readChunks(tx, ids);
    const relevance = await Promise.all(
      input.queries.map(async (query) => ({
        least: leastCoverage(query),
        covered: await coverageOf(tx, ctx.orgId, ids, query),
      })),
    );
    return found.map((chunk) => ({
      ...chunk,
      coverage: Math.max(...relevance.map(({ covered }) => covered.get(chunk.id) ?? 0)),
      // Meaning has no such bound: what is near in it may share no word.
      isNear: byMeaning || relevance.some(({ least, covered }) => (covered.get(chunk.id) ?? 0) >= least),
    }));
  });
  const near = chunks.filter(({ isNear }) => isNear);
  return { passages: withinBudget(joinChunks(near satisfies FoundChunk[]), input.characters), warning };
}

function fuse(rankings: readonly (readonly Passage[])[]): string[] {
  const scores = new Map<string, number>();
  for (const ranking of rankings)
    for (const [rank, { id }] of ranking.entries()) scores.set(id, (scores.get(id) ?? 0) + 1 / (FUSION + rank + 1));
  return [...scores]
    .sort(([, a], [, b]) => b - a)
    .slice(0, MOST_CHUNKS)
    .map(([id]) => id);
}

/** At least one passage, cut if it must be. */
function withinBudget(passages: readonly Omit<ReadPassage, 'n'>[], characters: number): ReadPassage[] {
  const taken: ReadPassage[] = [];
  let room = characters;
  for (const passage of passages) {
    // Number, title and names of speakers come on top.
    const size = passage.text.length + passage.title.length + 80;
    if (taken.length > 0 && size > room) continue;
    const text = passage.text.slice(0, Math.max(200, room - passage.title.length - 80));
    taken.push({
      ...passage,
      text,
      parts: passage.parts.filter(({ offset }) => offset < text.length),
      n: taken.length + 1,
    });
    room -= size;
  }
  return taken;
}
