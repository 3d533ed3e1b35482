/** The two requests people send most, over HTTP to the real process: the list of a library of 3,000 items, and search in it. */
import { join } from 'node:path';
import { kyselyOnPglite, openDatabase } from '@nexus/embedded';
import { indexItem, SearchResponse } from '@nexus/shared/assistant';
import { type Actor, databaseAs, type DB } from '@nexus/shared/platform';
import { firstOwner, startNexus } from '../../cli/test/running/start-nexus.ts';
import { insertTextItem } from './bench-context.ts';
import { type Figure, percentile } from './figure.ts';
import { figure } from './part.ts';
import { syntheticLanguage } from './synthetic-language.ts';
import { temporaryFolder } from './temporary-folder.ts';

const ITEMS = 3000;
const LONG_ITEMS = 215;
const CHUNKS_PER_LONG_ITEM = 50;
const CLIENTS = 16;
const LIST_SECONDS = 10;
const WARM_UP = 20;
const QUESTIONS = 200;

const SYSTEM: Actor = { kind: 'system', userId: null, keyId: null, role: 'system', scopes: new Set() };

const language = syntheticLanguage(7);

export async function measureLibrary(): Promise<readonly Figure[]> {
  await using folder = await temporaryFolder();
  const first = await startNexus({ home: folder.path });
  const { apiKey, orgId } = await firstOwner(first);
  await first.end('SIGTERM');
  const chunks = await fill(folder.path, orgId);

  // What is measured is the work, not the limit that keeps one client from taking all of it.
  const environment = { NEXUS_RATE_LIMIT_PER_SECOND: '100000' };
  const nexus = await startNexus({ home: folder.path, environment });
  try {
    const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
    return [...(await askQuestions(nexus.url, headers, chunks)), ...(await listMedia(nexus.url, headers))];
  } finally {
    await nexus.end('SIGTERM');
  }
}

/** Straight into the database, as the worker would leave it: 3,000 items through the pipeline would take minutes. */
async function fill(home: string, orgId: string): Promise<number> {
  const database = await openDatabase({ dataDir: join(home, 'database') });
  try {
    const ctx = {
      orgId,
      actor: SYSTEM,
      db: databaseAs(kyselyOnPglite<DB>(database), { role: 'service_role' }),
    };
    for (let number = 0; number < ITEMS; number++) {
      const isLong = number < LONG_ITEMS;
      const paragraphs = isLong ? Array.from({ length: CHUNKS_PER_LONG_ITEM }, () => language.paragraph(1150)) : [];
      const itemId = await insertTextItem(ctx, { title: language.sentence(4), language: 'en', paragraphs });
      if (isLong) await indexItem(ctx, { itemId });
    }
    const { rows } = await database.query<{ count: number }>('select count(*)::int as count from chunks');
    return rows[0]?.count ?? 0;
  } finally {
    await database.close();
  }
}

async function askQuestions(url: string, headers: Record<string, string>, chunks: number): Promise<Figure[]> {
  const times: number[] = [];
  for (let number = 0; number < WARM_UP + QUESTIONS; number++) {
    const body = JSON.stringify({ query: language.question() });
    const startedAt = performance.now();
    const response = await fetch(`${url}/api/search`, { method: 'POST', headers, body });
    const text = await response.text();
    if (number >= WARM_UP) times.push(performance.now() - startedAt);
    if (!response.ok) throw new Error(`Search answered ${response.status}: ${text}`);
    SearchResponse.parse(JSON.parse(text));
  }
  const note = `POST /api/search, one after the other, ${chunks} synthetic chunks of about 1,150 characters, questions of 3 to 10 words`;
  return [
    figure('search-api-p50', percentile(times, 0.5), 'ms', QUESTIONS, note),
    figure('search-api-p95', percentile(times, 0.95), 'ms', QUESTIONS, note),
  ];
}

async function listMedia(url: string, headers: Record<string, string>): Promise<Figure[]> {
  const times: number[] = [];
  const ask = async (isCounted: boolean) => {
    const startedAt = performance.now();
    const response = await fetch(`${url}/api/media`, { headers });
    const text = await response.text();
    if (!response.ok) throw new Error(`The list answered ${response.status}: ${text}`);
    if (isCounted) times.push(performance.now() - startedAt);
  };
  for (let number = 0; number < WARM_UP; number++) await ask(false);

  const startedAt = performance.now();
  const seconds = () => (performance.now() - startedAt) / 1000;
  await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      while (seconds() < LIST_SECONDS) await ask(true);
    }),
  );
  const rate = times.length / seconds();
  const note = `GET /api/media, ${CLIENTS} clients in one other process, first page of 50 of ${ITEMS} items, limit raised by NEXUS_RATE_LIMIT_PER_SECOND`;
  return [
    figure('media-list-rate', rate, 'requests/s', times.length, note, 0),
    figure('media-list-p95', percentile(times, 0.95), 'ms', times.length, note),
  ];
}
