import type { z } from 'zod';
import { type Context, isProblem, NexusError, requireScope } from '../platform/index.ts';
import { SearchRequest, type SearchResponse } from './contracts.ts';
import type { Embedder } from './embedder.ts';
import { fuseRankings } from './fuse-rankings.ts';
import { hasVectors, rankByVectors } from './rank-by-vectors.ts';
import type { RankScope } from './rank-scope.ts';
import { rankByWords } from './rank-by-words.ts';
import { readPassages } from './read-passages.ts';
import { decodeCursor, encodeCursor } from './search-cursor.ts';

/** How deep each ranking goes; nobody reads further, and pages end here. */
const WINDOW = 100;
/** A search waits no longer than this for an embedder. */
const EMBED_TIMEOUT_MS = 3_000;

/**
 * Ranked passages for a question in plain words. By words alone (BM25 with RM3), or fused with nearness in meaning when an
 * embedder is given; when that fails, or there is none for the reason in `warning`, the answer says so and goes by words.
 * Pages are cut from one ranking of 100.
 */
export async function searchPassages(
  ctx: Pick<Context, 'orgId' | 'actor' | 'db' | 'log'>,
  input: z.input<typeof SearchRequest>,
  options: { embedder?: Embedder | null; warning?: string | null } = {},
): Promise<SearchResponse> {
  requireScope(ctx.actor, 'assistant:read');
  const request = parseRequest(input);
  const offset = await decodeCursor(request);
  const scope: RankScope = { ...request, orgId: ctx.orgId };
  const meaning = options.embedder ? await embedQuery(options.embedder, request.query) : null;
  if (meaning && 'problem' in meaning) ctx.log.set({ embedderProblem: meaning.problem.code });
  const reason = meaning && 'problem' in meaning ? meaning.problem.detail : options.warning;

  return ctx.db.transaction().execute(async (tx) => {
    const words = await rankByWords(tx, scope, request.query, WINDOW);
    const nearest =
      meaning && 'vector' in meaning && (await hasVectors(tx))
        ? await rankByVectors(tx, scope, meaning.embedderId, meaning.vector, WINDOW)
        : null;
    const ranked = nearest ? fuseRankings([words.ranked, nearest]).slice(0, WINDOW) : words.ranked;
    const end = offset + request.limit;
    return {
      passages: await readPassages(tx, ranked.slice(offset, end), words.lexemes),
      nextCursor: end < ranked.length ? await encodeCursor(request, end) : null,
      mode: nearest ? ('words+vectors' as const) : ('words' as const),
      warning: reason ? `Searched by words alone. ${reason}` : null,
    };
  });
}

function parseRequest(input: z.input<typeof SearchRequest>): SearchRequest {
  const parsed = SearchRequest.safeParse(input);
  if (parsed.success) return parsed.data;
  const fields: Record<string, string[]> = {};
  for (const { path, message } of parsed.error.issues) (fields[path.join('.')] ??= []).push(message);
  throw new NexusError('invalid-input', 'Ask with at least one word, and at most 1,000 characters.', {
    fields,
    cause: parsed.error,
  });
}

async function embedQuery(
  embedder: Embedder,
  query: string,
): Promise<{ embedderId: string; vector: Float32Array } | { problem: NexusError }> {
  const timeout = new NexusError(
    'upstream-down',
    `${embedder.label} took longer than ${EMBED_TIMEOUT_MS / 1000} seconds.`,
  );
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(timeout), EMBED_TIMEOUT_MS);
  try {
    const { vectors } = await embedder.embed([query], { kind: 'query', signal: controller.signal });
    return { embedderId: embedder.id, vector: vectors[0]! };
  } catch (error) {
    if (!isProblem(error)) throw error;
    return { problem: error };
  } finally {
    clearTimeout(timer);
  }
}
