import { join, resolve } from 'node:path';
import {
  createObjectStore,
  createQueue,
  createVault,
  databaseAs,
  type DB,
  isProblem,
  knowQueues,
} from '@nexus/shared/platform';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { keysOf, modelsDirectory, readEnvironment, WorkerEnvironment } from './env.ts';
import { JOBS } from './handlers.ts';
import { createHttp } from './platform/http.ts';
import { remoteMediaStore } from './platform/media-store.ts';
import { startBoss } from './platform/start-boss.ts';
import { startWorker } from './worker.ts';

/** A worker of its own beside Supabase: any number of them, on any hosts. `nexus up` runs the same worker inside one process. */
async function main(): Promise<void> {
  const environment = readEnvironment(WorkerEnvironment, process.env);
  const log = (event: object) => console.log(JSON.stringify({ time: new Date().toISOString(), ...event }));
  // Sizes in bytes and counts stay below 2^53.
  pg.types.setTypeParser(pg.types.builtins.INT8, Number);
  const pool = new pg.Pool({ connectionString: environment.SUPABASE_DB_URL, max: 12 });
  // A connection that dies idle is replaced; unheard, this event would end the process.
  pool.on('error', (error) => log({ event: 'database-connection-lost', error: error.message }));
  const kysely = new Kysely<DB>({ dialect: new PostgresDialect({ pool }) });
  const boss = await startBoss({ connectionString: environment.SUPABASE_DB_URL, max: 6 }, log);
  const storage = { supabaseUrl: environment.SUPABASE_URL, serviceKey: environment.SUPABASE_SERVICE_ROLE_KEY };
  const worker = await startWorker(
    boss,
    {
      db: databaseAs(kysely, { role: 'service_role' }),
      queue: createQueue(boss),
      storage: createObjectStore(storage),
      media: remoteMediaStore(storage),
      vault: createVault(environment.NEXUS_CREDENTIALS_KEY),
      http: createHttp({ allowPrivate: environment.NEXUS_FETCH_ALLOW }),
      keys: keysOf(environment),
      log,
      now: () => new Date(),
      publicUrl: environment.NEXUS_PUBLIC_URL,
      workDirectory: join(resolve(environment.NEXUS_HOME), `work-${process.pid}`),
      recordingAbandonedSeconds: environment.NEXUS_RECORDING_ABANDONED_SECONDS,
      modelsDirectory: modelsDirectory(environment),
      ytDlp: environment.NEXUS_YT_DLP,
    },
    { isOnly: false },
  );
  await knowQueues(boss, JOBS);
  log({ event: 'worker-started', pid: process.pid });

  const stop = async () => {
    log({ event: 'worker-stopping' });
    await worker.stop();
    await boss.stop({ graceful: true, timeout: 3000 });
    await kysely.destroy();
    process.exit(0);
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

try {
  await main();
} catch (error) {
  if (!isProblem(error, 'not-configured')) throw error;
  console.error(error.detail);
  process.exit(1);
}
