import { expect, test } from 'bun:test';
import { STEP_NAMES } from '@nexus/shared/archive';
import { scaleOut } from './scale-out.ts';

/** 84 items of six steps: 504 jobs. */
const ITEMS = 84;
const JOBS = ITEMS * STEP_NAMES.length;

test('two worker processes that start at once share the jobs: none is lost, none is done twice', async () => {
  await using scale = await scaleOut();
  await scale.addItems(ITEMS);

  const workers = await Promise.all([scale.startWorker(), scale.startWorker()]);
  const standing = await scale.ready(ITEMS);

  expect(standing).toEqual({
    readyItems: ITEMS,
    finishedSteps: JOBS,
    completedJobs: JOBS,
    repeatedAttempts: 0,
    doubledTranscripts: 0,
  });
  const attempts = workers.flatMap((worker) => worker.attempts.map(({ job, itemId }) => `${job} ${itemId}`));
  expect(new Set(attempts).size).toBe(JOBS);
  expect(attempts).toHaveLength(JOBS);
}, 120_000);

test('a worker killed in the middle of its work loses nothing: the other one does what is left, each item once', async () => {
  await using scale = await scaleOut();
  const [doomed, survivor] = await Promise.all([scale.startWorker(), scale.startWorker()]);
  await scale.hurryHeartbeats();

  const adding = scale.addItems(ITEMS);
  await doomed.ended(JOBS / 6);
  await doomed.end('SIGKILL');
  await adding;
  const standing = await scale.ready(ITEMS);

  expect(standing).toMatchObject({
    readyItems: ITEMS,
    finishedSteps: JOBS,
    completedJobs: JOBS,
    doubledTranscripts: 0,
  });
  const began = survivor.attempts.filter(({ outcome }) => outcome === 'done' || outcome === 'skipped');
  expect(new Set(began.map(({ job, itemId }) => `${job} ${itemId}`)).size).toBe(began.length);
}, 180_000);
