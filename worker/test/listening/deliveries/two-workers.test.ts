import { expect, test } from 'bun:test';
import { kyselyOnPostgres, nativePostgres } from '@nexus/embedded/testing';
import { listDeliveries } from '@nexus/shared/listening';
import {
  type Context,
  createQueue,
  createVault,
  databaseAs,
  type DB,
  knowQueues,
  ROLE_SCOPES,
} from '@nexus/shared/platform';
import { writeCatalogue } from '../../../src/catalogue.ts';
import { queueDeliveries } from '../../../src/listening/deliveries/queue-deliveries.ts';
import { JOBS } from '../../../src/handlers.ts';
import { createHttp } from '../../../src/platform/http.ts';
import type { WorkerPorts } from '../../../src/platform/ports.ts';
import { createQueues } from '../../../src/platform/queues.ts';
import { startBoss } from '../../../src/platform/start-boss.ts';
import { slackServer } from '../../loopback/slack-server.ts';
import { deliverOne, finishedRun, slackTarget } from './delivery-fixture.ts';

const MESSAGES = 12;
const WORKERS = 4;

test('several workers that take the same deliveries at once send each of them once', async () => {
  await using slack = await slackServer();
  const postgres = await nativePostgres();
  const boss = await startBoss({ connectionString: postgres.url, max: 3 }, () => undefined);
  const pools = Array.from({ length: WORKERS }, () => kyselyOnPostgres<DB>(postgres.url, 4));
  try {
    await createQueues(boss, JOBS);
    await knowQueues(boss, JOBS);
    const ports = pools.map((kysely) => portsOn(kysely, createQueue(boss), slack.host));
    const ctx = await ownerOf(pools[0]!, ports[0]!);
    await writeCatalogue(ports[0]!);
    await slackTarget(ctx, slack, 'webhook', { settings: { onRun: false, each: true, topCount: MESSAGES } });
    const { runId, campaignId } = await finishedRun(ports[0]!.db, ctx.orgId, MESSAGES);
    const run = { id: runId, campaignId, orgId: ctx.orgId };
    await ports[0]!.db.transaction().execute((tx) => queueDeliveries(tx, ports[0]!, run));
    const { deliveries } = await listDeliveries(ctx, { limit: 50 });

    await Promise.all(
      ports.map(async (worker) => {
        for (const { id } of deliveries) await deliverOne(worker, ctx.orgId, id);
      }),
    );

    const after = (await listDeliveries(ctx, { limit: 50 })).deliveries;
    expect(slack.messages).toHaveLength(MESSAGES);
    expect(new Set(slack.messages.map(({ blocks }) => JSON.stringify(blocks))).size).toBe(MESSAGES);
    expect(after.map(({ state, attempts }) => `${state} ${attempts}`)).toEqual(Array(MESSAGES).fill('done 1'));
  } finally {
    await boss.stop({ graceful: false });
    await Promise.all(pools.map((kysely) => kysely.destroy()));
    await postgres.stop();
  }
}, 120_000);

type Pool = ReturnType<typeof kyselyOnPostgres<DB>>;

/** No files are touched. */
const portsOn = (kysely: Pool, queue: WorkerPorts['queue'], allowed: string): WorkerPorts => ({
  db: databaseAs(kysely, { role: 'service_role' }),
  queue,
  storage: {} as WorkerPorts['storage'],
  media: {} as WorkerPorts['media'],
  vault: createVault(Buffer.alloc(32, 7).toString('base64')),
  http: createHttp({ allowPrivate: [allowed] }),
  keys: {},
  log: () => undefined,
  now: () => new Date(),
  workDirectory: '',
  modelsDirectory: '',
});

async function ownerOf(kysely: Pool, { queue, storage, vault, now }: WorkerPorts): Promise<Context> {
  const [orgId, userId] = [crypto.randomUUID(), crypto.randomUUID()];
  await kysely.insertInto('orgs').values({ id: orgId, name: 'Two' }).execute();
  const owner = { org_id: orgId, user_id: userId, role: 'owner', email: 'o@example.org' };
  await kysely.insertInto('members').values(owner).execute();
  return {
    orgId,
    actor: { kind: 'user', userId, keyId: null, role: 'owner', scopes: ROLE_SCOPES.owner },
    db: databaseAs(kysely, { role: 'authenticated', sub: userId }),
    queue,
    storage,
    vault,
    log: { set: () => undefined },
    now,
  };
}
