import { z } from 'zod';
import { defineJob, type JobDefinition } from '../platform/jobs.ts';
import type { StepName } from './contracts.ts';
import { nameSpeakers } from './speakers/speaker-jobs.ts';
import { checkFeed } from './feed-jobs.ts';
import { exportArchive, importArchive } from './transfer-jobs.ts';
import { assembleRecording } from './recordings/recording-jobs.ts';

const ItemJob = z.object({ orgId: z.uuid(), itemId: z.uuid() });
export type ItemJob = z.infer<typeof ItemJob>;

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** One job per step, so that each has its own queue, time limit and number of workers. The row of the step is the truth. */
function stepJob(name: `archive.${string}`, timeoutSeconds: number, concurrency: number): JobDefinition<ItemJob> {
  return defineJob({
    name,
    payload: ItemJob,
    retry: { limit: 5, delaySeconds: 5, backoff: true },
    timeoutSeconds,
    key: ({ itemId }) => itemId,
    concurrency,
  });
}

export const STEP_JOBS: Record<StepName, JobDefinition<ItemJob>> = {
  acquire: stepJob('archive.acquire-item', 6 * HOUR, 3),
  // ffmpeg uses every core by itself: two side by side only keep the second from waiting behind a long film.
  normalise: stepJob('archive.normalise-item', 6 * HOUR, 2),
  fingerprint: stepJob('archive.fingerprint-item', HOUR, 2),
  transcribe: stepJob('archive.transcribe-item', 24 * HOUR, 1),
  enrich: stepJob('archive.enrich-item', 30 * MINUTE, 2),
  index: stepJob('archive.index-item', 30 * MINUTE, 2),
};

/** Removes the files of items whose rows are gone. */
export const removeFiles = defineJob({
  name: 'archive.remove-files',
  payload: z.object({ orgId: z.uuid(), prefix: z.string().min(38) }),
  retry: { limit: 10, delaySeconds: 30, backoff: true },
  timeoutSeconds: 10 * MINUTE,
  key: ({ prefix }) => prefix,
});

/** Has an item indexed again after corrections of its words. */
export const reindexItem = defineJob({
  name: 'archive.reindex-item',
  payload: ItemJob,
  retry: { limit: 5, delaySeconds: 5, backoff: true },
  timeoutSeconds: MINUTE,
  key: ({ itemId }) => itemId,
});

/** Puts the sample into an organisation. */
export const addSampleItems = defineJob({
  name: 'archive.add-sample',
  payload: z.object({ orgId: z.uuid(), userId: z.uuid().nullable() }),
  retry: { limit: 3, delaySeconds: 5 },
  timeoutSeconds: 5 * MINUTE,
  key: ({ orgId }) => orgId,
});

export const ARCHIVE_JOBS = [
  ...Object.values(STEP_JOBS),
  removeFiles,
  addSampleItems,
  nameSpeakers,
  checkFeed,
  exportArchive,
  importArchive,
  reindexItem,
  assembleRecording,
] as const;
