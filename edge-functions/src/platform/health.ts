import { createRoute } from '@hono/zod-openapi';
import { instanceConnections } from '@nexus/shared/platform';
import { sql } from 'kysely';
import { z } from 'zod';
import type { ApiPorts } from './ports.ts';
import { readQueues } from './queue-state.ts';
import { json, routes } from './routes.ts';

const Status = z.enum(['ok', 'degraded', 'down']);
type Status = z.infer<typeof Status>;

const Part = z
  .object({ status: Status, detail: z.string() })
  .catchall(z.union([z.number(), z.string(), z.array(z.string())]));
type Part = z.infer<typeof Part>;

const PART_NAMES = ['db', 'queue', 'storage', 'ai'] as const;
type PartName = (typeof PART_NAMES)[number];

export const Health = z.object({
  status: Status,
  version: z.string(),
  parts: z.object({ db: Part, queue: Part, storage: Part, ai: Part }),
});
export type Health = z.infer<typeof Health>;

/** Load balancers ask often and strangers may: what was found is told for so long. */
const KEPT_MS = 1000;

/** A part that hangs is down; whoever asks for health seldom waits longer than this. */
const GIVEN_UP_MS = 2000;

/** A job that has waited for longer than this says that no worker runs, or too few. */
const LATE_SECONDS = 120;

const all = createRoute({
  method: 'get',
  path: '/health',
  tags: ['platform'],
  security: [],
  summary: 'Whether the API and what it needs work',
  description:
    '`down` (503) without the database. `degraded` (200) when a part is down or late: what does not need it goes on.',
  responses: { 200: json(Health, 'ok or degraded'), 503: json(Health, 'down') },
});

const one = createRoute({
  method: 'get',
  path: '/health/{part}',
  tags: ['platform'],
  security: [],
  summary: 'Whether one part works',
  request: { params: z.object({ part: z.enum(PART_NAMES) }) },
  responses: { 200: json(Part, 'ok or degraded'), 503: json(Part, 'down') },
});

export function healthRoutes(ports: ApiPorts) {
  const checks: Record<PartName, () => Promise<Part>> = {
    db: kept(() => checkDatabase(ports)),
    queue: kept(() => checkQueue(ports)),
    storage: kept(() => checkStorage(ports)),
    ai: () => checkModels(ports),
  };

  return routes()
    .openapi(all, async (c) => {
      const [db, queue, storage, ai] = await Promise.all([checks.db(), checks.queue(), checks.storage(), checks.ai()]);
      const status = overall(db, [queue, storage, ai]);
      const health = { status, version: ports.configuration.version, parts: { db, queue, storage, ai } };
      return status === 'down' ? c.json(health, 503) : c.json(health, 200);
    })
    .openapi(one, async (c) => {
      const part = await checks[c.req.valid('param').part]();
      return part.status === 'down' ? c.json(part, 503) : c.json(part, 200);
    });
}

function overall(db: Part, others: Part[]): Status {
  if (db.status === 'down') return 'down';
  return others.every(({ status }) => status === 'ok') ? 'ok' : 'degraded';
}

function kept(check: () => Promise<Part>): () => Promise<Part> {
  let found: { at: number; part: Promise<Part> } | undefined;
  return () => {
    if (!found || performance.now() - found.at > KEPT_MS) found = { at: performance.now(), part: check() };
    return found.part;
  };
}

async function checkDatabase({ kysely }: ApiPorts): Promise<Part> {
  const { latencyMs } = await measure(() => sql`select 1`.execute(kysely));
  return latencyMs === null
    ? down('The database does not answer.')
    : { status: 'ok', detail: 'The database answers.', latencyMs };
}

async function checkStorage({ storage }: ApiPorts): Promise<Part> {
  const { latencyMs } = await measure(() => storage.stat('health'));
  return latencyMs === null
    ? down('The file storage does not answer.')
    : { status: 'ok', detail: 'The file storage answers.', latencyMs };
}

async function checkQueue({ kysely }: ApiPorts): Promise<Part> {
  const { latencyMs, found: queues } = await measure(() => readQueues(kysely));
  if (latencyMs === null) return down('The queue does not answer.');
  if (!queues) return down('No worker has ever run here. Start one.');

  const ready = queues.reduce((total, queue) => total + queue.ready, 0);
  const oldestSeconds = Math.round(Math.max(0, ...queues.map((queue) => queue.oldestSeconds)));
  return oldestSeconds > LATE_SECONDS
    ? {
        status: 'degraded',
        detail: `A job has waited for ${oldestSeconds} s. Is a worker running?`,
        latencyMs,
        ready,
        oldestSeconds,
      }
    : { status: 'ok', detail: 'Jobs are taken in time.', latencyMs, ready, oldestSeconds };
}

/** Without a model's key the classical methods do the work: that is less, not a fault. */
async function checkModels({ keys, embedder }: ApiPorts): Promise<Part> {
  const models = [...instanceConnections(keys, 'model').map(({ adapter }) => adapter), 'offline'];
  const embedders = embedder ? [embedder.id] : instanceConnections(keys, 'embedder').map(({ adapter }) => adapter);
  const detail =
    models.length > 1
      ? 'Models are set up.'
      : 'No model is set up for all organisations; those without their own use classical methods.';
  return { status: 'ok', detail, models, embedders };
}

function down(detail: string): Part {
  return { status: 'down', detail };
}

/** Any failure of a part is what was asked about, so it is an answer here; what it says may hold addresses and stays inside. */
async function measure<Found>(
  check: () => Promise<Found>,
): Promise<{ latencyMs: number; found: Found } | { latencyMs: null; found: null }> {
  const startedMs = performance.now();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error('late')), GIVEN_UP_MS);
  try {
    const found = await Promise.race([check(), late.promise]);
    return { latencyMs: Math.round((performance.now() - startedMs) * 10) / 10, found };
  } catch {
    return { latencyMs: null, found: null };
  } finally {
    clearTimeout(timer);
  }
}
