import { z } from 'zod';
import { defineJob } from '../../platform/jobs.ts';

/** Makes an item of a finished recording. Safe to repeat: the recording's row says whether it is one already. */
export const assembleRecording = defineJob({
  name: 'archive.assemble-recording',
  payload: z.object({ orgId: z.uuid(), recordingId: z.uuid() }),
  retry: { limit: 5, delaySeconds: 5, backoff: true },
  timeoutSeconds: 3600,
  key: ({ recordingId }) => recordingId,
  concurrency: 2,
});
