/** Many small jobs through two worker processes on a native Postgres: none lost, none twice, and how fast. */
import { STEP_NAMES } from '@nexus/shared/archive';
import { scaleOut } from '../../worker/test/scale/scale-out.ts';
import type { Figure } from './figure.ts';
import { figure } from './part.ts';

/** Of six steps each: 10,002 jobs. */
const ITEMS = 1667;
const JOBS = ITEMS * STEP_NAMES.length;

export async function measureTwoWorkers(): Promise<readonly Figure[]> {
  await using scale = await scaleOut();
  await scale.addItems(ITEMS);
  const workers = await Promise.all([scale.startWorker(), scale.startWorker()]);
  const standing = await scale.ready(ITEMS);

  const attempts = workers.flatMap((worker) => worker.attempts);
  const distinct = new Set(attempts.map(({ job, itemId }) => `${job} ${itemId}`));
  const startedAt = Math.min(...attempts.map(({ endedAt, seconds }) => endedAt - seconds * 1000));
  const endedAt = Math.max(...attempts.map((attempt) => attempt.endedAt));
  const shares = workers.map((worker) => worker.attempts.length).join(' and ');
  const note = `${ITEMS} one-line subtitles of ${STEP_NAMES.length} steps each, all queued before the workers start; native Postgres 17, storage in memory over HTTP; the workers did ${shares}`;
  return [
    figure('scale-jobs-lost', JOBS - Math.min(standing.finishedSteps, distinct.size), 'jobs', JOBS, note, 0),
    figure(
      'scale-jobs-twice',
      attempts.length - distinct.size + standing.doubledTranscripts,
      'jobs',
      JOBS,
      'attempts that both workers or one of them made twice, and transcripts stored twice',
      0,
    ),
    figure('scale-jobs-per-second', JOBS / ((endedAt - startedAt) / 1000), 'jobs/s', JOBS, note, 0),
  ];
}
