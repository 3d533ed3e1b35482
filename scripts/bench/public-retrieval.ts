/** nDCG@10 on the Cranfield collection, added and asked over HTTP as anybody would: `POST /api/media/process`, `POST /api/search`. */
import { existsSync } from 'node:fs';
import { Item, ItemSummary } from '@nexus/shared/archive';
import { SearchResponse } from '@nexus/shared/assistant';
import { Credential } from '@nexus/shared/platform';
import { z } from 'zod';
import type { ApiClient } from '../../cli/src/platform/api-client.ts';
import { firstOwner, startNexus } from '../../cli/test/running/start-nexus.ts';
import { hashingServer } from './hashing-server.ts';
import type { Figure } from './figure.ts';
import { figure } from './part.ts';
import { COLLECTION, type Judgement, ndcg, readLines } from './retrieval.ts';

const Page = z.object({ items: z.array(ItemSummary) });

/** By words alone, as without a key. */
export const measurePublicRetrieval = (): Promise<readonly Figure[] | string> =>
  measureCranfield({ name: 'retrieval-ndcg-at-10', mode: 'words', how: 'by words alone' });

/** By words and the vectors of an embedder that hashes words: what a key adds in machinery, not in meaning. */
export async function measureEmbedderRetrieval(): Promise<readonly Figure[] | string> {
  using server = hashingServer();
  return await measureCranfield({
    name: 'embedder-retrieval-ndcg-at-10',
    mode: 'words+vectors',
    how: 'by words and feature-hashed vectors of a loopback embedder',
    embedder: { baseUrl: server.baseUrl, model: 'feature-hashing' },
  });
}

interface Way {
  readonly name: string;
  readonly mode: SearchResponse['mode'];
  readonly how: string;
  /** Settings of an OpenAI-compatible embedder to connect first. */
  readonly embedder?: Record<string, unknown>;
}

async function measureCranfield(way: Way): Promise<readonly Figure[] | string> {
  if (!existsSync(`${COLLECTION}/documents.jsonl`)) return 'the Cranfield collection is not beside the project';
  const documents = await readLines<{ id: string; title: string; text: string }>('documents');
  const questions = await readLines<{ id: string; text: string }>('questions');
  const judgements = Map.groupBy(await readLines<Judgement>('judgements'), ({ question }) => question);

  await using nexus = await startNexus({ environment: { NEXUS_RATE_LIMIT_PER_SECOND: '100000' } });
  const { client } = await firstOwner(nexus);
  if (way.embedder) await connectEmbedder(client, way.embedder);
  const documentOf = new Map<string, string>();
  const startedAt = performance.now();
  for (const { id, title, text } of documents) {
    // Two of the abstracts are empty.
    const item = await client.request('POST', '/media/process', Item, {
      source: 'text',
      text: text.trim() || title.trim() || 'Untitled.',
      name: `${id}.txt`,
      ...(title.trim() && { title: title.trim().slice(0, 500) }),
    });
    documentOf.set(item.id, id);
  }
  await allWorkedOn(client);
  const seconds = (performance.now() - startedAt) / 1000;

  let total = 0;
  for (const question of questions) {
    const body = { query: question.text, limit: 50 };
    const { passages, mode, warning } = await client.request('POST', '/search', SearchResponse, body);
    if (mode !== way.mode) throw new Error(`Question ${question.id}: ${warning ?? `searched by ${mode}`}`);
    const ranked = [...new Set(passages.map(({ itemId }) => documentOf.get(itemId)!))].slice(0, 10);
    const grades = new Map((judgements.get(question.id) ?? []).map(({ document, grade }) => [document, grade]));
    const gains = ranked.map((document) => grades.get(document) ?? 0);
    total += ndcg(gains, [...grades.values()]);
  }
  const note = `Cranfield, ${documents.length} abstracts as texts, ready after ${seconds.toFixed(0)} s; ${way.how}, gains linear in the grade`;
  return [figure(way.name, total / questions.length, 'nDCG@10', questions.length, note, 4)];
}

async function connectEmbedder(client: ApiClient, settings: Record<string, unknown>): Promise<void> {
  const credential = { kind: 'embedder', adapter: 'openai-compatible', label: 'Feature hashing', settings, secret: {} };
  await client.request('POST', '/credentials', Credential, credential);
}

/** Throws when one of them failed. */
async function allWorkedOn(client: ApiClient): Promise<void> {
  const countOf = async (status: string) =>
    (await client.request('GET', `/media?limit=1&status=${status}`, Page)).items.length;
  while ((await countOf('queued')) > 0 || (await countOf('working')) > 0) await Bun.sleep(500);
  for (const status of ['failed', 'waiting']) {
    if ((await countOf(status)) > 0) throw new Error(`An abstract ended as ${status}`);
  }
}
