import { z } from 'zod';
import { defineJob } from '../../platform/jobs.ts';

/** Brings what is derived from an item's speakers up to their names: who says a passage, and voice prints where they are wanted. */
export const nameSpeakers = defineJob({
  name: 'archive.name-speakers',
  payload: z.object({ orgId: z.uuid(), itemId: z.uuid() }),
  retry: { limit: 5, delaySeconds: 5, backoff: true },
  timeoutSeconds: 300,
  key: ({ itemId }) => itemId,
  concurrency: 1,
});
