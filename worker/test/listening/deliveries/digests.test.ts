import { afterAll, beforeAll, expect, test } from 'bun:test';
import { changeTarget, listDeliveries, listTargets } from '@nexus/shared/listening';
import { sql } from 'kysely';
import { queueDueDeliveries } from '../../../src/listening/deliveries/queue-due-deliveries.ts';
import type { WorkerPorts } from '../../../src/platform/ports.ts';
import { type SlackServer, slackServer } from '../../loopback/slack-server.ts';
import { testWorker } from '../../running/test-worker.ts';
import { deliverAll, finishedRun, slackTarget } from './delivery-fixture.ts';

let worker: Awaited<ReturnType<typeof testWorker>>;
let slack: SlackServer;
beforeAll(async () => {
  slack = await slackServer();
  worker = await testWorker({ allowPrivate: [slack.host] });
  await worker.stopWorker();
});
afterAll(async () => {
  await worker.stop();
  await slack[Symbol.asyncDispose]();
});

const at = (time: string): WorkerPorts => ({ ...worker.ports, now: () => new Date(time) });

test('a digest is sent by the clock of its time zone, once however many workers tick, and tells what is new since the last', async () => {
  const ctx = { ...worker.ctx, now: () => new Date('2026-11-20T12:00:00Z') };
  const target = await slackTarget(ctx, slack, 'bot', {
    cron: '0 8 * * *',
    timeZone: 'America/New_York',
    settings: { onRun: false, topCount: 1 },
  });
  const { opportunityIds } = await finishedRun(worker.ports.db, ctx.orgId, 3);
  const found = (id: string, time: string) =>
    worker.ports.db
      .transaction()
      .execute((tx) => sql`update opportunities set created_at = ${time}::timestamptz where id = ${id}`.execute(tx));
  await found(opportunityIds[0]!, '2026-11-20T10:00:00Z');
  await found(opportunityIds[1]!, '2026-11-20T12:59:00Z');
  await found(opportunityIds[2]!, '2026-11-21T03:00:00Z');

  expect(target.nextDigestAt).toBe('2026-11-20T13:00:00.000Z');
  expect(await queueDueDeliveries(at('2026-11-20T12:59:59Z'))).toMatchObject({ digests: 0 });
  const ticks = await Promise.all([1, 2, 3].map(() => queueDueDeliveries(at('2026-11-20T13:00:20Z'))));
  await deliverAll(at('2026-11-20T13:00:21Z'), ctx);
  await queueDueDeliveries(at('2026-11-21T13:00:00Z'));
  await deliverAll(at('2026-11-21T13:00:01Z'), ctx);
  await queueDueDeliveries(at('2026-11-22T13:00:00Z'));
  const deliveries = await deliverAll(at('2026-11-22T13:00:01Z'), ctx);

  expect(ticks.reduce((sum, { digests }) => sum + digests, 0)).toBe(1);
  expect(deliveries.map(({ subject, state }) => `${subject} ${state}`)).toEqual([
    'digest skipped',
    'digest done',
    'digest done',
  ]);
  const [first, second] = slack.messages.map((message) => JSON.stringify(message));
  expect(first).toContain('Team: 2 new opportunities');
  expect(first).toContain('The 1 most valuable of 2.');
  expect(first).toContain('When does ferry 1 leave?');
  expect(second).toContain('Team: 1 new opportunity');
  expect(second).toContain('When does ferry 3 leave?');
});

test('a paused target sends no digest, and goes on with the next one, not with those it slept through', async () => {
  const [target] = await listTargets(worker.ctx);
  const change = { targetId: target!.id };
  await changeTarget({ ...worker.ctx, now: () => new Date('2026-11-22T14:00:00Z') }, { ...change, isEnabled: false });

  const paused = await queueDueDeliveries(at('2026-12-01T00:00:00Z'));
  const resumed = await changeTarget(
    { ...worker.ctx, now: () => new Date('2026-12-01T00:00:00Z') },
    { ...change, isEnabled: true },
  );

  expect(paused).toMatchObject({ digests: 0 });
  expect(resumed.nextDigestAt).toBe('2026-12-01T13:00:00.000Z');
});

test('a delivery whose job was lost is found, and sent', async () => {
  const run = await finishedRun(worker.ports.db, worker.ctx.orgId, 1);
  const [target] = await listTargets(worker.ctx);
  await worker.ports.db.transaction().execute((tx) =>
    tx
      .insertInto('deliveries')
      .values({
        org_id: worker.ctx.orgId,
        target_id: target!.id,
        run_id: run.runId,
        subject_kind: 'run',
        subject_key: run.runId,
        updated_at: new Date(Date.now() - 3600_000),
      })
      .execute(),
  );

  const tick = await queueDueDeliveries(worker.ports);
  await worker.restartWorker();

  expect(tick).toMatchObject({ found: 1 });
  await waitFor(async () => {
    const { deliveries } = await listDeliveries(worker.ctx, { limit: 1, run: run.runId });
    return deliveries[0]?.state === 'done';
  });
  await worker.stopWorker();
});

async function waitFor(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((wake) => setTimeout(wake, 25));
}
