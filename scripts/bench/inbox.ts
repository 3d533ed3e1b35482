/**
 * How long the inbox takes to open with 100,000 opportunities in it, as a signed-in member under row-level security: pages with each
 * filter, deep ones too, the counts of its tabs, and a search of words; on the tests' native Postgres and embedded on disk.
 */
import { fileURLToPath } from 'node:url';
import { kyselyOnPglite, migrate, openDatabase, readMigrations } from '@nexus/embedded';
import { kyselyOnPostgres, nativePostgres } from '@nexus/embedded/testing';
import { countOpportunities, listOpportunities, type OpportunityFilter } from '@nexus/shared/listening';
import { type Context, databaseAs, type DB, ROLE_SCOPES } from '@nexus/shared/platform';
import type { Kysely } from 'kysely';
import { type Figure, percentile } from './figure.ts';
import { fillInbox } from './fill-inbox.ts';
import { figure } from './part.ts';
import { temporaryFolder } from './temporary-folder.ts';

const MIGRATIONS = fileURLToPath(new URL('../../supabase/migrations', import.meta.url));
const OPPORTUNITIES = Number(process.env.NEXUS_BENCH_OPPORTUNITIES ?? 100_000);
const WARM_UP = 15;
const PAGES = 200;
const SEARCHES = 40;

export async function measureInbox(): Promise<readonly Figure[]> {
  return [...(await onPostgres()), ...(await embedded())];
}

async function onPostgres(): Promise<Figure[]> {
  const server = await nativePostgres();
  const kysely = kyselyOnPostgres<DB>(server.url);
  try {
    return await measure(kysely, 'postgres', 'native Postgres 17');
  } finally {
    await kysely.destroy();
    await server.stop();
  }
}

async function embedded(): Promise<Figure[]> {
  await using folder = await temporaryFolder();
  const database = await openDatabase({ dataDir: `${folder.path}/database` });
  try {
    await migrate(database, readMigrations(MIGRATIONS));
    return await measure(kyselyOnPglite<DB>(database), 'embedded', 'PGlite on disk');
  } finally {
    await database.close();
  }
}

async function measure(kysely: Kysely<DB>, name: string, where: string): Promise<Figure[]> {
  const startedAt = performance.now();
  const { orgId, userId, campaignIds } = await fillInbox(kysely, OPPORTUNITIES);
  const seconds = (performance.now() - startedAt) / 1000;
  const member = {
    orgId,
    actor: { kind: 'user', userId, keyId: null, role: 'owner', scopes: ROLE_SCOPES.owner },
    db: databaseAs(kysely, { role: 'authenticated', sub: userId }),
    log: { set: () => undefined },
  } as unknown as Context;
  const filters: OpportunityFilter[] = [
    { state: 'new' },
    {},
    { state: 'new', campaign: campaignIds[3]! },
    { state: 'new', intent: 'news' },
    { state: 'waiting', assignee: userId },
    { state: 'done', campaign: campaignIds[0]!, intent: 'complaint' },
    { state: 'new', assignee: 'none' },
  ];
  const pages = await timed(PAGES, async (number) => {
    const filter = filters[number % filters.length]!;
    const { nextCursor } = await listOpportunities(member, filter);
    return async () => {
      // Every other measurement is of a later page.
      if (number % 2 === 1 && nextCursor) await listOpportunities(member, { ...filter, cursor: nextCursor });
      else await listOpportunities(member, filter);
    };
  });
  const counts = await timed(SEARCHES, async (number) => async () => {
    await countOpportunities(member, filters[number % filters.length]!);
  });
  const searches = await timed(SEARCHES, async (number) => async () => {
    await listOpportunities(member, {
      state: 'new',
      q: number % 2 === 0 ? `topic${number * 7}` : `word${number % 60} word7`,
    });
  });
  const note = `${OPPORTUNITIES.toLocaleString('en')} opportunities of one organisation in ${campaignIds.length} campaigns, stored in ${seconds.toFixed(0)} s; the verb, pages of 50 with post, author and judgement; under RLS, ${where}`;
  const both = (label: string, times: number[], what: string) =>
    [0.5, 0.95].map((share) =>
      figure(`${label}-${name}-p${share * 100}`, percentile(times, share), 'ms', times.length, `${what}; ${note}`),
    );
  return [
    ...both('inbox', pages, 'seven filters, first pages and later ones'),
    ...both('inbox-counts', counts, 'the counts of its tabs'),
    ...both('inbox-search', searches, 'words that one post in 1,000 has, or one in 60'),
  ];
}

async function timed(count: number, prepare: (number: number) => Promise<() => Promise<void>>): Promise<number[]> {
  const times: number[] = [];
  for (let number = 0; number < WARM_UP + count; number++) {
    const act = await prepare(number);
    const startedAt = performance.now();
    await act();
    if (number >= WARM_UP) times.push(performance.now() - startedAt);
  }
  return times;
}

if (import.meta.main) for (const measured of await measureInbox()) console.log(JSON.stringify(measured));
