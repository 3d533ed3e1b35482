import { z } from 'zod';
import { defineJob } from './jobs.ts';

/** Removes what has served its time: answers kept for retries, idle rate limits, uploads that nobody claimed. */
export const prune = defineJob({
  name: 'platform.prune',
  payload: z.object({ hour: z.string() }),
  retry: { limit: 2, delaySeconds: 60 },
  timeoutSeconds: 600,
  key: ({ hour }) => hour,
});

export const PLATFORM_JOBS = [prune] as const;
