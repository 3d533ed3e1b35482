import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test';
import {
  confirmDelivery,
  createTarget,
  exportToTarget,
  listTargets,
  retryDelivery,
  RunCounts,
  testTarget,
} from '@nexus/shared/listening';
import { changeCredential, createCredential, NexusError, type Tx } from '@nexus/shared/platform';
import { queueDeliveries } from '../../../src/listening/deliveries/queue-deliveries.ts';
import { endRun, failedEnding } from '../../../src/listening/runs/end-run.ts';
import { createHttp } from '../../../src/platform/http.ts';
import { googleSheetsServer } from '../../loopback/google-sheets-server.ts';
import { RETRY_AFTER_SECONDS, type SlackServer, slackServer } from '../../loopback/slack-server.ts';
import { testWorker } from '../../running/test-worker.ts';
import {
  deliverAll,
  deliverOne,
  dyingPorts,
  endX,
  finishedRun,
  later,
  runLike,
  slackTarget,
  targetOf,
} from './delivery-fixture.ts';

let worker: Awaited<ReturnType<typeof testWorker>>;
let slack: SlackServer;
beforeAll(async () => {
  slack = await slackServer();
  worker = await testWorker({ allowPrivate: [slack.host] });
  worker.ports.publicUrl = 'https://nexus.example';
  // Jobs are run by hand, so that a test says when.
  await worker.stopWorker();
});
afterAll(async () => {
  await worker.stop();
  await slack[Symbol.asyncDispose]();
});
beforeEach(async () => {
  slack.messages.length = 0;
  await worker.ports.db.transaction().execute(async (tx) => {
    await tx.deleteFrom('delivery_targets').execute();
    await tx.deleteFrom('campaigns').execute();
  });
});

/** As the stage's commit does. */
async function queue(run: { runId: string; campaignId: string }): Promise<number> {
  const atWork = { id: run.runId, campaignId: run.campaignId, orgId: worker.ctx.orgId };
  return worker.ports.db.transaction().execute((tx) => queueDeliveries(tx, worker.ports, atWork));
}

const inTransaction = <Result>(work: (tx: Tx) => Promise<Result>) => worker.ports.db.transaction().execute(work);

const readRun = (id: string) =>
  inTransaction((tx) => tx.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirstOrThrow());

async function setRun(id: string, change: { state: string; stage: string }): Promise<void> {
  await inTransaction((tx) =>
    tx
      .updateTable('runs')
      .set({ ...change, lease: crypto.randomUUID() })
      .where('id', '=', id)
      .execute(),
  );
}

const countsOf = async (runId: string) =>
  RunCounts.parse(
    await worker.ports.db
      .transaction()
      .execute((tx) => tx.selectFrom('runs').select('counts').where('id', '=', runId).executeTakeFirstOrThrow())
      .then(({ counts }) => counts),
  );

test('a finished run is told once, with its best opportunities and the ways back, however often it is resumed', async () => {
  await slackTarget(worker.ctx, slack, 'bot', { settings: { topCount: 2, minValue: 96 } });
  const run = await finishedRun(worker.ports.db, worker.ctx.orgId, 6);

  expect([await queue(run), await queue(run)]).toEqual([1, 0]);
  await deliverAll(worker.ports, worker.ctx);
  const [delivery] = await deliverAll(worker.ports, worker.ctx);

  expect(slack.messages).toHaveLength(1);
  const text = JSON.stringify(slack.messages[0]);
  expect(text).toContain('Ferries: 4 new opportunities');
  expect(text).toContain('The 2 most valuable of 4.');
  expect(text).toContain(`https://nexus.example/listening?open=${run.opportunityIds[0]}`);
  expect(text).toContain('When does ferry 2 leave?');
  expect(text).not.toContain('When does ferry 3 leave?');
  expect(delivery).toMatchObject({ state: 'done', subject: 'run', remoteId: slack.messages[0]!.ts, attempts: 1 });
  expect(await countsOf(run.runId)).toMatchObject({ delivered: 1, deliveriesFailed: 0 });
  expect(await listTargets(worker.ctx)).toMatchObject([{ state: 'good', problem: null, waitingCount: 0 }]);
});

test('targets of another campaign are told nothing; each opportunity by itself once', async () => {
  const other = await finishedRun(worker.ports.db, worker.ctx.orgId, 1);
  await slackTarget(worker.ctx, slack, 'bot', { campaignId: other.campaignId });
  await slackTarget(worker.ctx, slack, 'bot', { settings: { onRun: false, each: true, topCount: 3 } });
  const run = await finishedRun(worker.ports.db, worker.ctx.orgId, 5);

  expect([await queue(run), await queue(run)]).toEqual([3, 0]);
  const deliveries = await deliverAll(worker.ports, worker.ctx);

  expect(new Set(deliveries.map(({ subjectKey }) => subjectKey))).toEqual(new Set(run.opportunityIds.slice(0, 3)));
  expect(slack.messages).toHaveLength(3);
});

test('a sender that dies after sending sends nothing twice: the message is looked for, and found', async () => {
  await slackTarget(worker.ctx, slack, 'bot');
  await queue(await finishedRun(worker.ports.db, worker.ctx.orgId, 1));

  await expect(deliverAll(dyingPorts(worker.ports, 2), worker.ctx)).rejects.toThrow('killed');
  const [atOnce] = await deliverAll(worker.ports, worker.ctx);
  const [found] = await deliverAll(later(worker.ports, 130), worker.ctx);

  expect(atOnce).toMatchObject({ state: 'armed' });
  expect(found).toMatchObject({ state: 'done', attempts: 2, remoteId: slack.messages[0]!.ts });
  expect(slack.messages).toHaveLength(1);
});

test('a sender that dies before sending is followed by one who sends', async () => {
  await slackTarget(worker.ctx, slack, 'bot');
  await queue(await finishedRun(worker.ports.db, worker.ctx.orgId, 1));

  await expect(deliverAll(dyingPorts(worker.ports, 1), worker.ctx)).rejects.toThrow('killed');
  const [delivery] = await deliverAll(later(worker.ports, 130), worker.ctx);

  expect(delivery).toMatchObject({ state: 'done' });
  expect(slack.messages).toHaveLength(1);
});

test('what a webhook may have taken is never sent again by itself: a person says what happened', async () => {
  await slackTarget(worker.ctx, slack, 'webhook');
  const arrived = await finishedRun(worker.ports.db, worker.ctx.orgId, 1);
  await queue(arrived);
  slack.next('cut-after');
  await deliverAll(worker.ports, worker.ctx);

  const [looking] = await deliverAll(later(worker.ports, 60), worker.ctx);
  const [still] = await deliverAll(later(worker.ports, 9000), worker.ctx);

  expect(looking).toMatchObject({ state: 'unconfirmed', retryAt: null });
  expect(still).toEqual(looking!);
  expect(slack.messages).toHaveLength(1);
  await expect(retryDelivery(worker.ctx, { deliveryId: still!.id })).rejects.toMatchObject({ code: 'conflict' });
  expect(await confirmDelivery(worker.ctx, { deliveryId: still!.id, arrived: true })).toMatchObject({ state: 'done' });
  expect(await countsOf(arrived.runId)).toMatchObject({ delivered: 1 });

  await queue(await finishedRun(worker.ports.db, worker.ctx.orgId, 1));
  slack.next('cut-before');
  await deliverAll(worker.ports, worker.ctx);
  const [lost] = await deliverAll(later(worker.ports, 60), worker.ctx);
  expect(lost).toMatchObject({ state: 'unconfirmed' });
  await confirmDelivery(worker.ctx, { deliveryId: lost!.id, arrived: false });
  await deliverAll(worker.ports, worker.ctx);
  expect(slack.messages).toHaveLength(2);
});

test('with a bot a broken connection is looked into, and only what surely did not arrive is sent again', async () => {
  await slackTarget(worker.ctx, slack, 'bot');
  for (const kind of ['cut-before', 'cut-after'] as const) {
    await queue(await finishedRun(worker.ports.db, worker.ctx.orgId, 1));
    slack.next(kind);
    const [broken] = await deliverAll(worker.ports, worker.ctx);
    const [after] = await deliverAll(later(worker.ports, 40), worker.ctx);

    expect(broken).toMatchObject({ state: 'unconfirmed', retryAt: expect.any(String) });
    expect(after).toMatchObject({ state: 'done', problem: null });
  }
  expect(slack.messages).toHaveLength(2);
});

test('asked to slow down, the next attempt is queued for when Slack said, and it arrives once', async () => {
  await slackTarget(worker.ctx, slack, 'bot');
  await queue(await finishedRun(worker.ports.db, worker.ctx.orgId, 1));
  slack.next('limited', 'limited');
  const before = worker.ports.now().getTime();

  const [waiting] = await deliverAll(worker.ports, worker.ctx);
  await deliverAll(worker.ports, worker.ctx);
  const [done] = await deliverAll(worker.ports, worker.ctx);

  expect(waiting).toMatchObject({ state: 'waiting', problem: { code: 'upstream-limited' } });
  expect(Date.parse(waiting!.retryAt!) - before).toBeGreaterThanOrEqual(RETRY_AFTER_SECONDS * 1000);
  expect(done).toMatchObject({ state: 'done', attempts: 3, problem: null });
  expect(slack.messages).toHaveLength(1);
});

test('a revoked token fails with words on the target; with a new one it is tried again and counted', async () => {
  const target = await slackTarget(worker.ctx, slack, 'bot');
  const run = await finishedRun(worker.ports.db, worker.ctx.orgId, 1);
  await queue(run);
  slack.next({ error: 'token_revoked' });

  const [failed] = await deliverAll(worker.ports, worker.ctx);
  const [shown] = await listTargets(worker.ctx);
  const counted = await countsOf(run.runId);
  await changeCredential(worker.ctx, { id: target.credentialId!, secret: { botToken: slack.token } });
  await retryDelivery(worker.ctx, { deliveryId: failed!.id });
  const [done] = await deliverAll(worker.ports, worker.ctx);

  expect(failed).toMatchObject({ state: 'failed', attempts: 1, problem: { code: 'upstream-refused' } });
  expect(shown).toMatchObject({
    state: 'failed',
    failedCount: 1,
    problem: { detail: expect.stringContaining('revoked') },
  });
  expect(counted).toMatchObject({ delivered: 0, deliveriesFailed: 1 });
  expect(done).toMatchObject({ state: 'done' });
  expect(await countsOf(run.runId)).toMatchObject({ delivered: 1, deliveriesFailed: 0 });
  expect(await listTargets(worker.ctx)).toMatchObject([{ state: 'good', problem: null, failedCount: 0 }]);
});

test('trouble that does not pass ends after its last try, and says so', async () => {
  await slackTarget(worker.ctx, slack, 'bot');
  await queue(await finishedRun(worker.ports.db, worker.ctx.orgId, 1));
  slack.next(...Array.from({ length: 8 }, () => 'limited' as const));

  let last;
  for (let attempt = 0; attempt < 8; attempt++) [last] = await deliverAll(worker.ports, worker.ctx);

  expect(last).toMatchObject({ state: 'failed', attempts: 8, retryAt: null });
});

test('a test message goes out; a run by the clock that found nothing is not told; what is gone by then is skipped', async () => {
  const target = await slackTarget(worker.ctx, slack, 'bot', { settings: { each: true } });
  const gone = await finishedRun(worker.ports.db, worker.ctx.orgId, 1);
  await testTarget(worker.ctx, { targetId: target.id });
  await queue(await finishedRun(worker.ports.db, worker.ctx.orgId, 0, 'schedule'));
  await queue(gone);
  await worker.ports.db.transaction().execute((tx) => tx.deleteFrom('opportunities').execute());

  const deliveries = await deliverAll(worker.ports, worker.ctx);

  expect(deliveries.map(({ subject, state }) => `${subject} ${state}`).toSorted()).toEqual([
    'opportunity skipped',
    'run done',
    'run skipped',
    'test done',
  ]);
  expect(JSON.stringify(slack.messages[0])).toContain('Nexus can write here');
});

test('what is in the way of runs by the clock is told once, and what comes on top of it as well', async () => {
  await slackTarget(worker.ctx, slack, 'bot', {});
  const first = await finishedRun(worker.ports.db, worker.ctx.orgId, 0, 'schedule');
  const another = () => runLike(worker.ports.db, first.runId);
  const changed = { reason: 'changed', detail: 'X has changed: what it answers has another shape.' };
  const tell = async (runId: string, trouble?: { reason: string; detail: string }) => {
    await endX(worker.ports.db, runId, trouble);
    await queue({ runId, campaignId: first.campaignId });
    slack.messages.length = 0;
    await deliverAll(worker.ports, worker.ctx);
    return slack.messages.map((message) => JSON.stringify(message));
  };

  const [told] = await tell(first.runId, changed);
  expect(told).toContain('Ferries: something is in the way');
  expect(told).toContain(changed.detail);
  expect(told).toContain(`https://nexus.example/listening/runs/${first.runId}`);

  expect(await tell(await another(), changed)).toEqual([]);
  const [accounts] = await tell(await another(), {
    reason: 'no-account',
    detail: 'All accounts need new cookies.',
  });
  expect(accounts).toContain('All accounts need new cookies.');
  expect(accounts).toContain('https://nexus.example/listening/accounts');
  expect(await tell(await another())).toEqual([]);
  expect(await tell(await another(), changed)).toHaveLength(1);
});

test('a run that broke on its way is told in the transaction that ends it', async () => {
  await slackTarget(worker.ctx, slack, 'bot', {});
  const { runId } = await finishedRun(worker.ports.db, worker.ctx.orgId, 0, 'schedule');
  await setRun(runId, { state: 'running', stage: 'judge' });
  const row = await readRun(runId);
  const problem = new NexusError('upstream-refused', 'The model refused the key. Enter a new one.');

  await endRun(worker.ports, { ...row, lease: crypto.randomUUID() }, failedEnding(problem));
  expect(await deliverAll(worker.ports, worker.ctx)).toEqual([]);

  await endRun(worker.ports, row, failedEnding(problem));
  await deliverAll(worker.ports, worker.ctx);

  expect(slack.messages).toHaveLength(1);
  expect(JSON.stringify(slack.messages[0])).toContain('The model refused the key. Enter a new one.');
  expect((await readRun(runId)).state).toBe('failed');
});

test('a sheet gets the opportunities of a run, and all of them anew in place', async () => {
  await using sheets = await googleSheetsServer();
  const ports = { ...worker.ports, http: createHttp({ allowPrivate: [sheets.host] }) };
  const secret = { serviceAccount: sheets.serviceAccount };
  const settings = { baseUrl: sheets.origin };
  const credential = await createCredential(worker.ctx, {
    kind: 'exporter',
    adapter: 'google-sheets',
    label: 'S',
    settings,
    secret,
  });
  const target = await createTarget(
    worker.ctx,
    targetOf('google-sheets', { credentialId: credential.id }, { spreadsheet: sheets.spreadsheetId }),
  );
  const run = await finishedRun(worker.ports.db, worker.ctx.orgId, 3);

  await queue(run);
  sheets.next('cut-after');
  await deliverAll(ports, worker.ctx);
  await deliverAll(ports, worker.ctx);
  await worker.ports.db
    .transaction()
    .execute((tx) =>
      tx.updateTable('opportunities').set({ state: 'done' }).where('id', '=', run.opportunityIds[1]!).execute(),
    );
  await exportToTarget(worker.ctx, { targetId: target.id });
  const [anew] = await deliverAll(ports, worker.ctx);

  expect(anew).toMatchObject({ subject: 'export', state: 'done', remoteId: '+0 ~3' });
  expect(sheets.sheet('Opportunities')!.rows).toEqual([
    ['nexus_id', 'Value', 'Post', 'State'],
    [run.opportunityIds[0]!, 99, 'When does ferry 1 leave?', 'new'],
    [run.opportunityIds[1]!, 98, 'When does ferry 2 leave?', 'done'],
    [run.opportunityIds[2]!, 97, 'When does ferry 3 leave?', 'new'],
  ]);
});

test('a table is written by one at a time', async () => {
  const credential = await createCredential(worker.ctx, {
    kind: 'exporter',
    adapter: 'google-sheets',
    label: 'S',
    settings: {},
    secret: { serviceAccount: '{}' },
  });
  const target = await createTarget(
    worker.ctx,
    targetOf('google-sheets', { credentialId: credential.id }, { spreadsheet: '1AbCdEfGhIj' }),
  );
  const first = await testTarget(worker.ctx, { targetId: target.id });
  const second = await testTarget(worker.ctx, { targetId: target.id });
  await expect(deliverOne(dyingPorts(worker.ports, 1), worker.ctx.orgId, first.id)).rejects.toThrow('killed');

  await deliverOne(worker.ports, worker.ctx.orgId, second.id);
  const waiting = (await deliverAll(worker.ports, worker.ctx)).find(({ id }) => id === second.id);

  expect(waiting).toMatchObject({ state: 'waiting', attempts: 0 });
});

test('a target whose connection was forgotten says so, and takes the log with it when it goes', async () => {
  const target = await slackTarget(worker.ctx, slack, 'bot');
  await worker.ports.db.transaction().execute((tx) => tx.deleteFrom('credentials').execute());
  await testTarget(worker.ctx, { targetId: target.id });

  const [delivery] = await deliverAll(worker.ports, worker.ctx);

  expect(delivery).toMatchObject({ state: 'failed', problem: { code: 'not-configured' } });
  expect(await listTargets(worker.ctx)).toMatchObject([{ credentialId: null, state: 'failed' }]);
});
