import type { NewRecording, Recording, RecordingEnd } from '@nexus/shared/archive';
import type { Api } from '#lib/platform/api.ts';

/** A second of sound needs no longer on any line that can carry it; a dead connection must not hold up the rest. */
const CHUNK_TIMEOUT_MS = 20_000;

/** What a recording asks of the server. */
export interface RecordingApi {
  open(newRecording: NewRecording, key: string): Promise<Recording>;
  read(id: string): Promise<Recording>;
  append(id: string, chunk: { sequence: number; endSeconds: number; bytes: ArrayBuffer }): Promise<Recording>;
  change(id: string, change: { title?: string | null }): Promise<Recording>;
  finish(id: string, end: RecordingEnd): Promise<Recording>;
  discard(id: string): Promise<void>;
}

export function recordingApi(api: Api): RecordingApi {
  return {
    open: (newRecording, key) => api.post('/media/recordings', newRecording, { idempotencyKey: key }),
    read: (id) => api.get(`/media/recordings/${id}`),
    append: (id, { sequence, endSeconds, bytes }) =>
      api.putBytes(`/media/recordings/${id}/chunks/${sequence}?endSeconds=${endSeconds.toFixed(3)}`, bytes, {
        signal: AbortSignal.timeout(CHUNK_TIMEOUT_MS),
      }),
    change: (id, change) => api.patch(`/media/recordings/${id}`, change),
    finish: (id, end) => api.post(`/media/recordings/${id}/finish`, end),
    discard: (id) => api.delete(`/media/recordings/${id}`),
  };
}
