import { z } from 'zod';
import { defineJob } from '../../platform/jobs.ts';

/** Reads X's web app for what has changed in how it is spoken to. Safe to run twice: the same answer makes no new version. */
export const refreshXProtocol = defineJob({
  name: 'listening.refresh-x-protocol',
  payload: z.object({ orgId: z.uuid() }),
  retry: { limit: 2, delaySeconds: 30 },
  timeoutSeconds: 300,
  key: () => 'x',
});
