/** Where a recording's chunks lie until they are an item. */
export const recordingPrefix = (orgId: string, recordingId: string): string => `${orgId}/recordings/${recordingId}/`;

/** Digits enough for 11 days of seconds, so that names sort as the chunks follow each other. */
export const chunkPath = (orgId: string, recordingId: string, sequence: number): string =>
  recordingPrefix(orgId, recordingId) + String(sequence).padStart(6, '0');
