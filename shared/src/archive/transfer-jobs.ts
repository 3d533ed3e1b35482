import { z } from 'zod';
import { defineJob } from '../platform/jobs.ts';

const payload = z.object({ orgId: z.uuid(), transferId: z.uuid() });
const HOUR = 3600;
// The row counts what went wrong and ends it; restarts of the worker do not count.

/** Writes everything into files. Begins anew when it was broken off. */
export const exportArchive = defineJob({
  name: 'archive.export-archive',
  payload,
  retry: { limit: 20, delaySeconds: 30, backoff: true },
  timeoutSeconds: 12 * HOUR,
  key: ({ transferId }) => transferId,
});

/** Brings items in, one transaction each. Goes on where it was broken off. */
export const importArchive = defineJob({
  name: 'archive.import-archive',
  payload,
  retry: { limit: 20, delaySeconds: 30, backoff: true },
  timeoutSeconds: 12 * HOUR,
  key: ({ transferId }) => transferId,
});
