import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kyselyOnPostgres, nativePostgres } from '@nexus/embedded/testing';
import { createItem, STEP_NAMES } from '@nexus/shared/archive';
import {
  type Context,
  createObjectStore,
  createQueue,
  createVault,
  databaseAs,
  type DB,
  knowQueues,
  ROLE_SCOPES,
} from '@nexus/shared/platform';
import { sql } from 'kysely';
import { JOBS } from '../../src/handlers.ts';
import { createQueues } from '../../src/platform/queues.ts';
import { startBoss } from '../../src/platform/start-boss.ts';
import { objectStorage } from './object-storage.ts';
import { startWorkerProcess, type WorkerProcess } from './worker-process.ts';

const CREDENTIALS_KEY = Buffer.alloc(32, 7).toString('base64');

/** How the items and the queue stand. */
export interface Standing {
  readyItems: number;
  /** Steps that are over, as their rows say. */
  finishedSteps: number;
  /** Jobs that the queue has as completed. */
  completedJobs: number;
  /** Attempts beyond the first, of all steps. */
  repeatedAttempts: number;
  /** Transcripts beyond the first, of all items: work that was stored twice. */
  doubledTranscripts: number;
}

/** Scale-out as in production, small: a native Postgres, an object storage, and as many worker processes as one starts. */
export async function scaleOut() {
  const home = await mkdtemp(join(tmpdir(), 'nexus-scale-'));
  const postgres = await nativePostgres();
  const storage = objectStorage();
  const kysely = kyselyOnPostgres<DB>(postgres.url, 4);
  // Looks after the jobs of dead workers every second, where a worker does it every half minute.
  const boss = await startBoss(
    { connectionString: postgres.url, max: 3, superviseIntervalSeconds: 1, monitorIntervalSeconds: 1 },
    () => undefined,
  );
  await createQueues(boss, JOBS);
  await knowQueues(boss, JOBS);
  const ctx = await ownerContext(kysely, createQueue(boss), storage.url);
  const workers: WorkerProcess[] = [];

  return {
    async startWorker(): Promise<WorkerProcess> {
      const worker = startWorkerProcess({
        SUPABASE_URL: storage.url,
        SUPABASE_SERVICE_ROLE_KEY: 'service',
        SUPABASE_DB_URL: postgres.url,
        NEXUS_CREDENTIALS_KEY: CREDENTIALS_KEY,
        NEXUS_HOME: home,
      });
      workers.push(worker);
      await worker.started;
      return worker;
    },

    /** Makes the queues give the jobs of dead workers to others after ten seconds, the least there is, where it is 30 otherwise. */
    async hurryHeartbeats(): Promise<void> {
      for (const { name } of JOBS) await boss.updateQueue(name, { heartbeatSeconds: 10, retryDelay: 1 });
      await knowQueues(boss, JOBS);
    },

    /** Subtitles with one line each: all six steps run, none of them takes more than a few milliseconds. */
    async addItems(count: number): Promise<void> {
      for (let number = 0; number < count; number++) {
        const text = `WEBVTT\n\n00:00.000 --> 00:02.000\nLine ${number} of the log.\n`;
        await createItem(ctx, { source: 'text', text });
      }
    },

    /** Resolves when so many items are ready and their jobs are off the queue. */
    async ready(count: number): Promise<Standing> {
      for (;;) {
        const standing = await readStanding(kysely);
        if (standing.readyItems >= count && standing.completedJobs >= count * STEP_NAMES.length) return standing;
        await new Promise((wake) => setTimeout(wake, 100));
      }
    },

    async [Symbol.asyncDispose]() {
      await Promise.all(workers.map((worker) => worker.end('SIGKILL')));
      await boss.stop({ graceful: false });
      await kysely.destroy();
      await storage.stop();
      await postgres.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

type Database = ReturnType<typeof kyselyOnPostgres<DB>>;

async function ownerContext(kysely: Database, queue: Context['queue'], supabaseUrl: string): Promise<Context> {
  const [orgId, userId] = [crypto.randomUUID(), crypto.randomUUID()];
  await kysely.insertInto('orgs').values({ id: orgId, name: 'Scale' }).execute();
  await kysely
    .insertInto('members')
    .values({ org_id: orgId, user_id: userId, role: 'owner', email: 'o@example.org' })
    .execute();
  return {
    orgId,
    actor: { kind: 'user', userId, keyId: null, role: 'owner', scopes: ROLE_SCOPES.owner },
    db: databaseAs(kysely, { role: 'authenticated', sub: userId }),
    queue,
    storage: createObjectStore({ supabaseUrl, serviceKey: 'service' }),
    vault: createVault(CREDENTIALS_KEY),
    log: { set: () => undefined },
    now: () => new Date(),
  };
}

async function readStanding(kysely: Database): Promise<Standing> {
  const { rows } = await sql<Standing>`
    select
      (select count(*)::int from items where status = 'ready') as "readyItems",
      (select count(*)::int from item_steps where state in ('done', 'skipped')) as "finishedSteps",
      (select count(*)::int from pgboss.job where name like 'archive.%-item' and state = 'completed') as "completedJobs",
      (select coalesce(sum(attempt - 1), 0)::int from item_steps where attempt > 1) as "repeatedAttempts",
      (select count(*)::int from transcripts where version > 1) as "doubledTranscripts"`.execute(kysely);
  return rows[0]!;
}
