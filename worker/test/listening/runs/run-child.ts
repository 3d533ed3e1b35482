/** A process that takes one run to its end, as a worker does whose queue gives it that run again and again. Killed by those who start it. */
import { join } from 'node:path';
import { createVault, databaseAs, type DB, type Queue } from '@nexus/shared/platform';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { advance } from '../../../src/listening/runs/advance-run.ts';
import { createHttp } from '../../../src/platform/http.ts';
import type { WorkerPorts } from '../../../src/platform/ports.ts';

const say = (event: object) => void process.stdout.write(`${JSON.stringify(event)}\n`);
const environment = (name: string): string => process.env[name] ?? '';

let roundTrips = 0;
const query = pg.Client.prototype.query;
pg.Client.prototype.query = function countedQuery(this: pg.Client, ...given: unknown[]) {
  roundTrips++;
  return Reflect.apply(query, this, given);
} as typeof query;
pg.types.setTypeParser(pg.types.builtins.INT8, Number);
const pool = new pg.Pool({ connectionString: environment('SUPABASE_DB_URL'), max: 4 });
const unused = () => Promise.reject(new Error('A run needs no such port'));
/** The loop below is the queue: what it is given is taken at once, or when it is due. */
const queue: Queue = { send: () => Promise.resolve(null) };
const ports: WorkerPorts = {
  db: databaseAs(new Kysely<DB>({ dialect: new PostgresDialect({ pool }) }), { role: 'service_role' }),
  queue,
  storage: { signUpload: unused, signDownload: unused, stat: unused, put: unused, removeAll: unused },
  media: { openLocal: unused, put: unused },
  vault: createVault(environment('NEXUS_CREDENTIALS_KEY')),
  http: createHttp({ allowPrivate: environment('NEXUS_FETCH_ALLOW').split(',') }),
  keys: {},
  log: () => undefined,
  now: () => new Date(),
  workDirectory: join(environment('NEXUS_HOME'), 'work'),
  modelsDirectory: join(environment('NEXUS_HOME'), 'models'),
};

const payload = { orgId: environment('ORG_ID'), runId: environment('RUN_ID') };
let waitedMs = 0;
say({ event: 'started' });
// Loaded in advance, it begins when it is told to.
for await (const line of console) if (line === 'go') break;
const beganAt = performance.now();
for (;;) {
  const io = { signal: new AbortController().signal, log: { set: () => undefined } };
  const { outcome, retryAt } = await advance(payload, ports, io);
  if (outcome === 'handed-on') continue;
  if (!retryAt) {
    const seconds = (performance.now() - beganAt) / 1000;
    say({ event: 'ended', outcome, seconds, waitedMs, roundTrips, peakBytes: process.resourceUsage().maxRSS * 1024 });
    process.exit(0);
  }
  const ms = Math.max(0, retryAt.getTime() - Date.now());
  waitedMs += ms;
  await Bun.sleep(ms);
}
