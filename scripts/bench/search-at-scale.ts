/**
 * How long a search takes over 100,000 chunks with filters on, as a signed-in member under row-level security: the word arm on the
 * tests' native Postgres, and in embedded mode with the database on disk.
 */
import { link, mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { kyselyOnPglite, migrate, openDatabase, readMigrations } from '@nexus/embedded';
import { kyselyOnPostgres, nativePostgres } from '@nexus/embedded/testing';
import { searchPassages } from '@nexus/shared/assistant';
import { databaseAs, type DB, ROLE_SCOPES } from '@nexus/shared/platform';
import type { Kysely } from 'kysely';
import { type Figure, percentile } from './figure.ts';
import { BENCH_ORG, type ChunkFixture, writeFixture } from './chunk-fixture.ts';
import { fillChunks } from './fill-chunks.ts';
import { figure } from './part.ts';
import { syntheticLanguage } from './synthetic-language.ts';
import { temporaryFolder } from './temporary-folder.ts';

const MIGRATIONS = fileURLToPath(new URL('../../supabase/migrations', import.meta.url));
const CHUNKS = 100_000;
const WARM_UP = 20;
const QUESTIONS = 200;
const DAY_MS = 86_400_000;

export async function measureSearchAtScale(): Promise<readonly Figure[]> {
  await using folder = await temporaryFolder();
  const server = await nativePostgres();
  const kysely = kyselyOnPostgres<DB>(server.url);
  try {
    const fixture = await writeFixture(folder.path, syntheticLanguage(7), CHUNKS, kysely);
    const onPostgres = await measure(kysely, fixture, folder.path, 'postgres', 'native Postgres 17, words alone');
    return [...onPostgres, ...(await embedded(fixture, folder.path))];
  } finally {
    await kysely.destroy();
    await server.stop();
  }
}

async function embedded(fixture: ChunkFixture, folder: string): Promise<Figure[]> {
  const database = await openDatabase({ dataDir: `${folder}/database` });
  try {
    await migrate(database, readMigrations(MIGRATIONS));
    // PGlite sees no folder but its own.
    await mkdir(`${folder}/database/fixture`);
    for (const table of ['chunks', 'chunk_lexemes'])
      await link(`${folder}/${table}`, `${folder}/database/fixture/${table}`);
    return await measure(kyselyOnPglite<DB>(database), fixture, 'fixture', 'embedded', 'PGlite on disk');
  } finally {
    await database.close();
  }
}

async function measure(
  kysely: Kysely<DB>,
  fixture: ChunkFixture,
  folder: string,
  name: string,
  where: string,
): Promise<Figure[]> {
  const orgId = BENCH_ORG;
  const userId = crypto.randomUUID();
  await kysely.insertInto('orgs').values({ id: orgId, name: 'Bench' }).execute();
  await kysely
    .insertInto('members')
    .values({ org_id: orgId, user_id: userId, role: 'owner', email: 'bench@localhost' })
    .execute();
  const startedAt = performance.now();
  const collectionId = await fillChunks(kysely, fixture, folder);
  const seconds = (performance.now() - startedAt) / 1000;
  const member = {
    orgId,
    actor: { kind: 'user', userId, keyId: null, role: 'owner', scopes: ROLE_SCOPES.owner } as const,
    db: databaseAs(kysely, { role: 'authenticated', sub: userId }),
    log: { set: () => undefined },
  };
  const since = new Date(Date.now() - 500 * DAY_MS).toISOString();
  const filters = [
    { kinds: ['audio', 'video'] as ('audio' | 'video')[] },
    { tags: ['half-1'], since },
    { tags: ['tag-3'] },
    { collectionId },
    { speakers: ['Person 3', 'Person 4'] },
  ];

  const language = syntheticLanguage(9);
  const times: number[] = [];
  for (let number = 0; number < WARM_UP + QUESTIONS; number++) {
    const request = { query: language.question(), ...filters[number % filters.length] };
    const asked = performance.now();
    await searchPassages(member, request);
    if (number >= WARM_UP) times.push(performance.now() - asked);
  }
  const note = `${fixture.chunks} synthetic chunks of about 1,150 characters in ${fixture.items} items, stored in ${seconds.toFixed(0)} s; questions of 3 to 10 words, each within a kind, tags and a date, a collection or speakers; under RLS, ${where}`;
  return [0.5, 0.95].map((share) =>
    figure(`search-at-scale-${name}-p${share * 100}`, percentile(times, share), 'ms', times.length, note),
  );
}

if (import.meta.main) for (const measured of await measureSearchAtScale()) console.log(JSON.stringify(measured));
