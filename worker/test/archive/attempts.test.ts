import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  cancelItem,
  changeItem,
  createItem,
  deleteItem,
  getItem,
  itemPrefix,
  retryItem,
  type StepName,
} from '@nexus/shared/archive';
import { NexusError } from '@nexus/shared/platform';
import { renameUnlessGiven } from '../../src/archive/rename-unless-given.ts';
import { runStep } from '../../src/archive/run-step.ts';
import type { Step, StepIo, StepItem, StepResult } from '../../src/archive/step.ts';
import { SHUTDOWN } from '../../src/platform/handle.ts';
import { testWorker } from '../running/test-worker.ts';

/** Attempts run by hand, so that what happens meanwhile happens at one exact moment. */
let nexus: Awaited<ReturnType<typeof testWorker>>;

beforeAll(async () => {
  nexus = await testWorker();
  await nexus.stopWorker();
}, 60_000);
afterAll(() => nexus.stop());

type Run = (item: StepItem, io: StepIo) => Promise<StepResult>;
const done: Run = async () => ({ outcome: 'done', output: {} });
const failing =
  (problem: NexusError): Run =>
  () =>
    Promise.reject(problem);

async function newItem(): Promise<string> {
  const { id } = await createItem(nexus.ctx, { source: 'text', text: 'One paragraph on the lighthouse.' });
  return id;
}

/** One attempt; answers how it ended. */
async function attempt(itemId: string, run: Run, name: StepName = 'acquire', signal = new AbortController().signal) {
  const step: Step = { name, stallSeconds: 60, inputs: () => [], run };
  const event: Record<string, unknown> = {};
  await runStep(step, { orgId: nexus.ctx.orgId, itemId }, nexus.ports, {
    signal,
    log: { set: (fields) => void Object.assign(event, fields) },
  });
  return event.outcome;
}

async function stepOf(itemId: string, name: StepName = 'acquire') {
  const { steps } = await getItem(nexus.ctx, { itemId });
  return steps.find((step) => step.name === name)!;
}

/** Seconds until the queued jobs of a step are due, soonest first. */
async function dueSeconds(itemId: string, name: StepName = 'acquire'): Promise<number[]> {
  const { rows } = await nexus.database.query<{ seconds: number }>(
    `select extract(epoch from start_after - now())::float8 as seconds from pgboss.job
     where name = $1 and singleton_key = $2 and state = 'created' order by start_after`,
    [`archive.${name}-item`, itemId],
  );
  return rows.map(({ seconds }) => seconds);
}

test('an attempt whose item was canceled and sent on meanwhile changes nothing, and the next has a folder of its own', async () => {
  const id = await newItem();
  const folders: string[] = [];

  const first = await attempt(id, async (_item, io) => {
    folders.push(io.directory);
    await cancelItem(nexus.ctx, { itemId: id });
    await retryItem(nexus.ctx, { itemId: id });
    return { outcome: 'done', output: { by: 'first' } };
  });
  const second = await attempt(id, async (_item, io) => {
    folders.push(io.directory);
    return { outcome: 'done', output: { by: 'second' } };
  });

  expect([first, second]).toEqual(['lost', 'done']);
  expect(new Set(folders).size).toBe(2);
  expect((await stepOf(id)).attempt).toBe(2);
});

test('of two attempts at once the later to begin is the one that counts', async () => {
  const id = await newItem();
  const outcomes: unknown[] = [];

  const first = await attempt(id, async () => {
    outcomes.push(await attempt(id, done));
    return { outcome: 'done', output: {} };
  });

  expect([...outcomes, first]).toEqual(['done', 'lost']);
});

test('what an attempt stores after its item was deleted is removed, and so is its scratch folder', async () => {
  const id = await newItem();
  const late = `${itemPrefix(nexus.ctx.orgId, id)}original/late.txt`;

  const outcome = await attempt(id, async (_item, io) => {
    await deleteItem(nexus.ctx, { itemId: id });
    await nexus.restartWorker();
    while ((await removalsOf(id)) > 0) await Bun.sleep(10);
    await nexus.stopWorker();
    await Bun.write(join(io.directory, 'late'), 'late');
    await nexus.ports.media.put(late, join(io.directory, 'late'), 'text/plain');
    return { outcome: 'done', output: {} };
  });
  const folders = await readdir(nexus.ports.workDirectory);
  await nexus.restartWorker();
  while ((await removalsOf(id)) > 0) await Bun.sleep(10);
  await nexus.stopWorker();

  expect(outcome).toBe('lost');
  expect(folders).not.toContain(id);
  expect(await nexus.ports.storage.stat(late)).toBeNull();
});

test('a job that finds its item gone removes what a killed attempt had stored', async () => {
  const itemId = crypto.randomUUID();

  const outcome = await attempt(itemId, done);

  expect(outcome).toBe('gone');
  expect(await removalsOf(itemId)).toBe(1);
});

test('an old job of a later step does not overtake an item that was sent back', async () => {
  const id = await newItem();

  const outcome = await attempt(id, done, 'enrich');

  expect(outcome).toBe('not-due');
  expect((await stepOf(id, 'enrich')).state).toBe('pending');
});

test('sent on from a step that builds on a failed one, an item begins with the failed one', async () => {
  const id = await newItem();
  await attempt(id, failing(new NexusError('unreadable-media', 'Nothing can be read.')));

  const item = await retryItem(nexus.ctx, { itemId: id, fromStep: 'index' });

  expect(item.steps.every(({ state }) => state === 'pending')).toBe(true);
  expect(await dueSeconds(id, 'index')).toEqual([]);
  expect(await dueSeconds(id)).toHaveLength(1);
});

test('an item waits as long as the other side asks, but whoever sends it on by hand waits no longer', async () => {
  const id = await newItem();
  await takeJobs(id);
  const outcome = await attempt(id, failing(new NexusError('upstream-limited', 'Later.', { retryAfterSeconds: 1800 })));
  const [putOff] = await dueSeconds(id);

  await cancelItem(nexus.ctx, { itemId: id });
  await retryItem(nexus.ctx, { itemId: id });
  const [byHand] = await dueSeconds(id);

  expect(outcome).toBe('retrying');
  expect(putOff).toBeGreaterThan(1700);
  expect(byHand).toBeLessThanOrEqual(0);
});

test('a wrong date in Retry-After does not put an item off for years', async () => {
  const id = await newItem();
  await takeJobs(id);

  await attempt(id, failing(new NexusError('upstream-limited', 'Later.', { retryAfterSeconds: 1e9 })));

  expect((await dueSeconds(id))[0]).toBeLessThanOrEqual(6 * 3600);
});

test('a problem that passed is shown until the next attempt begins, and not after', async () => {
  const id = await newItem();
  await attempt(id, failing(new NexusError('upstream-down', 'Nobody answers.')));
  const between = await getItem(nexus.ctx, { itemId: id });

  await attempt(id, done);
  const after = await getItem(nexus.ctx, { itemId: id });

  expect([between.status, between.problem?.code]).toEqual(['working', 'upstream-down']);
  expect([after.status, after.problem]).toEqual(['working', null]);
});

test('attempts that ended with their process do not use up the patience with failures', async () => {
  const id = await newItem();
  await nexus.database.query('update item_steps set state = $2, attempt = 9 where item_id = $1 and position = 0', [
    id,
    'working',
  ]);

  const outcome = await attempt(id, failing(new NexusError('internal', 'Odd.')));

  expect(outcome).toBe('retrying');
});

test('a step that ends its process again and again is given up in words for its user', async () => {
  const id = await newItem();
  await nexus.database.query('update item_steps set state = $2, attempt = 25 where item_id = $1 and position = 0', [
    id,
    'working',
  ]);

  const outcome = await attempt(id, done);

  expect(outcome).toBe('given-up');
  expect((await getItem(nexus.ctx, { itemId: id })).problem?.detail).toContain('memory');
});

test('work is handed back when the worker stops, and the attempt does not count', async () => {
  const id = await newItem();
  await takeJobs(id);
  const stopping = new AbortController();

  const outcome = await attempt(
    id,
    async (_item, io) => {
      stopping.abort(SHUTDOWN);
      io.signal.throwIfAborted();
      return { outcome: 'done' };
    },
    'acquire',
    stopping.signal,
  );

  expect(outcome).toBe('handed-back');
  expect((await stepOf(id)).state).toBe('pending');
  expect(await dueSeconds(id)).toHaveLength(1);
});

test('a failure in words that Postgres cannot hold still ends the item', async () => {
  const id = await newItem();

  const outcome = await attempt(
    id,
    failing(new NexusError('unreadable-media', `Half a letter: ${'😀'.slice(0, 1)}\0`)),
  );

  expect(outcome).toBe('failed');
});

test('a title given while a model thinks of one stays', async () => {
  const id = await newItem();

  await attempt(id, async () => {
    await changeItem(nexus.ctx, { itemId: id, change: { title: 'Mine' } });
    return { outcome: 'done', output: {}, apply: (tx) => renameUnlessGiven(tx, id, 'A better one') };
  });

  expect((await getItem(nexus.ctx, { itemId: id })).title).toBe('Mine');
});

test('an item that is worked on anew starts its progress anew', async () => {
  const id = await newItem();
  for (const name of ['acquire', 'normalise', 'fingerprint', 'transcribe', 'enrich', 'index'] as const)
    await attempt(id, done, name);
  const ready = await getItem(nexus.ctx, { itemId: id });

  const again = await retryItem(nexus.ctx, { itemId: id, fromStep: 'transcribe' });

  expect([ready.status, ready.progress]).toEqual(['ready', 1]);
  expect([again.status, again.progress]).toEqual(['queued', 0.5]);
});

test('canceled between two steps and then deleted, an item leaves no scratch folder', async () => {
  const id = await newItem();
  await cancelItem(nexus.ctx, { itemId: id });
  await nexus.restartWorker();
  await mkdir(join(nexus.ports.workDirectory, id, 'normalise-1'), { recursive: true });

  await deleteItem(nexus.ctx, { itemId: id });
  while ((await removalsOf(id)) > 0) await Bun.sleep(10);
  await nexus.stopWorker();

  expect(await readdir(nexus.ports.workDirectory)).not.toContain(id);
});

/** As a worker would: what is queued for the item is taken. */
async function takeJobs(itemId: string): Promise<void> {
  await nexus.database.query(`update pgboss.job set state = 'completed' where singleton_key = $1`, [itemId]);
}

async function removalsOf(itemId: string): Promise<number> {
  const { rows } = await nexus.database.query<{ count: number }>(
    `select count(*)::int as count from pgboss.job
     where name = 'archive.remove-files' and singleton_key = $1 and state in ('created', 'retry', 'active')`,
    [itemPrefix(nexus.ctx.orgId, itemId)],
  );
  return rows[0]?.count ?? 0;
}
