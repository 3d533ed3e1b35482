import { z } from 'zod';
import { defineJob } from '../../platform/jobs.ts';

/** Goes on with a run where it stands. Safe to run twice: whoever holds the run's lease does the work, the other one ends. */
export const advanceRun = defineJob({
  name: 'listening.advance-run',
  payload: z.object({ orgId: z.uuid(), runId: z.uuid() }),
  // A run keeps its own count of failures and is looked for by the clock.
  retry: { limit: 2, delaySeconds: 5 },
  // It hands on after a few minutes, so that runs take turns.
  timeoutSeconds: 1800,
  key: ({ runId }) => runId,
  concurrency: 4,
});

export const RUN_JOBS = [advanceRun] as const;
