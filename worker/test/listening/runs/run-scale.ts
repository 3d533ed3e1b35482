import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kyselyOnPostgres, nativePostgres } from '@nexus/embedded/testing';
import { CampaignQuery, createAccount, NewAccount, type RunSpec } from '@nexus/shared/listening';
import {
  type Context,
  createQueue,
  createVault,
  databaseAs,
  type DB,
  knowQueues,
  ROLE_SCOPES,
} from '@nexus/shared/platform';
import { sql } from 'kysely';
import { catalogueEntries } from '../../../src/catalogue.ts';
import { JOBS } from '../../../src/handlers.ts';
import { createQueues } from '../../../src/platform/queues.ts';
import { startBoss } from '../../../src/platform/start-boss.ts';
import { xServer, type XServerOptions } from '../../loopback/x-server.ts';
import { startWorkerProcess, type WorkerProcess } from '../../scale/worker-process.ts';
import { objectStorage } from '../../scale/object-storage.ts';

export const CREDENTIALS_KEY = Buffer.alloc(32, 7).toString('base64');

export interface ScaleOptions {
  readonly accounts: number;
  readonly x: XServerOptions;
  /** How X is spoken to, where that is not as shipped. */
  readonly protocol?: object;
}

/** Runs as in production, small: a native Postgres, the loopback X with accounts, and as many worker processes as one starts. */
export async function runScale({ accounts, x, protocol }: ScaleOptions) {
  const home = await mkdtemp(join(tmpdir(), 'nexus-runs-'));
  const postgres = await nativePostgres();
  const storage = objectStorage();
  const server = await xServer(x);
  const kysely = kyselyOnPostgres<DB>(postgres.url, 6);
  const boss = await startBoss({ connectionString: postgres.url, max: 2, supervise: false }, () => undefined);
  await createQueues(boss, JOBS);
  await knowQueues(boss, JOBS);
  const [orgId, userId] = [crypto.randomUUID(), crypto.randomUUID()];
  await kysely.insertInto('orgs').values({ id: orgId, name: 'Runs' }).execute();
  await kysely
    .insertInto('members')
    .values({ org_id: orgId, user_id: userId, role: 'owner', email: 'o@example.org' })
    .execute();
  if (protocol) {
    const row = { source: 'x', version: 1_000_000, data: JSON.stringify(protocol) };
    await kysely.insertInto('source_protocols').values(row).execute();
  }
  const unused = () => Promise.reject(new Error('Runs need no storage'));
  const ctx: Context = {
    orgId,
    actor: { kind: 'user', userId, keyId: null, role: 'owner', scopes: ROLE_SCOPES.owner },
    db: databaseAs(kysely, { role: 'service_role' }),
    queue: createQueue(boss),
    storage: { signUpload: unused, signDownload: unused, stat: unused, put: unused, removeAll: unused },
    vault: createVault(CREDENTIALS_KEY),
    log: { set: () => undefined },
    now: () => new Date(),
  };
  for (let number = 1; number <= accounts; number++) {
    const cookies = `auth_token=token${number}; ct0=csrf${number}; twid=u%3D${1000 + number}`;
    await createAccount(ctx, NewAccount.parse({ label: `account ${number}`, cookies, dailyCap: 100_000 }));
  }
  const searched: Pick<RunSpec, 'query' | 'sources'> = {
    query: CampaignQuery.parse({ keywords: ['harbour'], withReposts: true }),
    sources: [{ source: 'x', credentialId: null, settings: { baseUrl: server.origin } }],
  };
  // A worker writes this when it starts; none may be started here.
  const entry = catalogueEntries().find(({ kind, id }) => kind === 'source' && id === 'x')!;
  await kysely
    .insertInto('catalogue')
    .values({ kind: 'source', id: 'x', label: entry.label, settings_schema: JSON.stringify(entry.settingsSchema) })
    .execute();
  const workers: WorkerProcess[] = [];
  const environment = {
    SUPABASE_URL: storage.url,
    SUPABASE_SERVICE_ROLE_KEY: 'service',
    SUPABASE_DB_URL: postgres.url,
    NEXUS_CREDENTIALS_KEY: CREDENTIALS_KEY,
    NEXUS_HOME: home,
    NEXUS_FETCH_ALLOW: server.host,
  };

  return {
    ctx,
    kysely,
    server,
    environment,
    /** What is searched, in the loopback X alone. */
    searched,
    /** A campaign of it. */
    async campaign(maxPosts: number): Promise<string> {
      const { query, sources } = searched;
      const { id } = await kysely
        .insertInto('campaigns')
        .values({
          org_id: orgId,
          name: 'Ships',
          query: JSON.stringify(query),
          brief: '{}',
          sources: JSON.stringify(sources),
          max_posts: maxPosts,
          threshold: 0,
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      return id;
    },
    startWorker(): WorkerProcess {
      const worker = startWorkerProcess(environment);
      workers.push(worker);
      return worker;
    },
    /** What runs out by itself after a worker's death, within one and two minutes: its leases of runs and accounts. */
    async letLeasesRunOut(): Promise<void> {
      await sql`update runs set leased_until = 'epoch' where lease is not null`.execute(kysely);
      await sql`update accounts set leased_until = 'epoch' where lease is not null`.execute(kysely);
    },
    async run(runId: string) {
      return kysely.selectFrom('runs').selectAll().where('id', '=', runId).executeTakeFirstOrThrow();
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(workers.map((worker) => worker.end('SIGKILL')));
      await boss.stop({ graceful: false });
      await kysely.destroy();
      await server[Symbol.asyncDispose]();
      await storage.stop();
      await postgres.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}
