import { z } from 'zod';
import { defineJob } from '../../platform/jobs.ts';

/**
 * One attempt at one delivery. The handler queues the next attempt itself, in the transaction that writes how this one went; the
 * queue's own retries are for a process that died or a database that was away.
 */
export const deliver = defineJob({
  name: 'listening.deliver',
  payload: z.object({ orgId: z.uuid(), deliveryId: z.uuid() }),
  retry: { limit: 10, delaySeconds: 5, backoff: true },
  timeoutSeconds: 180,
  key: ({ deliveryId }) => deliveryId,
  concurrency: 2,
});
