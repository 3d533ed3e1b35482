import { z } from 'zod';
import { defineJob } from '../platform/jobs.ts';

/** Reads a feed and makes items of what is new. Safe to run twice: entries are rows, and the same link is the same item. */
export const checkFeed = defineJob({
  name: 'archive.check-feed',
  payload: z.object({ orgId: z.uuid(), feedId: z.uuid() }),
  // The next check comes by the clock anyway.
  retry: { limit: 2, delaySeconds: 60, backoff: true },
  timeoutSeconds: 600,
  key: ({ feedId }) => feedId,
  concurrency: 2,
});
