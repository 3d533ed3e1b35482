import { z } from 'zod';
import { defineJob } from '../platform/jobs.ts';

/**
 * Gives an organisation's passages the vectors they lack: after a change of embedder, and for what could not be embedded
 * before. Goes on where it was; a second one beside it does no harm.
 */
export const reembedOrg = defineJob({
  name: 'assistant.reembed-org',
  payload: z.object({ orgId: z.uuid() }),
  retry: { limit: 5, delaySeconds: 30, backoff: true },
  timeoutSeconds: 24 * 3600,
  key: ({ orgId }) => orgId,
});

export const ASSISTANT_JOBS = [reembedOrg] as const;
