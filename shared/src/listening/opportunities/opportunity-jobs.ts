import { z } from 'zod';
import { defineJob } from '../../platform/jobs.ts';

/** Asks the network whether an opportunity's post is still there, and writes down what it said. Safe to run twice. */
export const checkPost = defineJob({
  name: 'listening.check-post',
  payload: z.object({ orgId: z.uuid(), opportunityId: z.uuid() }),
  // Somebody is waiting to send a reply: that it could not be told is an answer too.
  retry: { limit: 0, delaySeconds: 1 },
  timeoutSeconds: 60,
  key: ({ opportunityId }) => opportunityId,
  concurrency: 4,
});

export const OPPORTUNITY_JOBS = [checkPost] as const;
