import type { Recording } from '@nexus/shared/archive';
import { ApiProblem } from '#lib/platform/api.ts';
import type { Journal, JournalEntry } from './journal.ts';
import type { RecordingApi } from './recording-api.ts';

/** `full`: the server takes no more of it, in words for its user; what it has is kept. */
export type SendOutcome =
  | { kind: 'idle' }
  | { kind: 'finished'; recording: Recording }
  | { kind: 'gone'; detail: string }
  | { kind: 'full'; code: string; detail: string };

/** Sends what the journal holds of one recording until nothing is left. Throws when the server cannot be reached. */
export async function sendRecording(
  entry: JournalEntry,
  { journal, api, onSent }: { journal: Journal; api: RecordingApi; onSent: (recording: Recording) => void },
): Promise<SendOutcome> {
  try {
    for (;;) {
      const chunk = await journal.first(entry.id);
      if (!chunk) break;
      const serverId = await serverIdOf(entry, journal, api);
      const recording = await api.append(serverId, chunk).catch((error: unknown) => {
        // Out of step, as after an answer that was lost: what the server has tells where to go on.
        if (error instanceof ApiProblem && error.code === 'conflict')
          return readOpen(serverId, chunk.sequence, api, error);
        throw error;
      });
      await journal.acknowledge(entry.id, recording.nextSequence);
      onSent(recording);
    }
    if (entry.state !== 'stopped' || entry.chunkCount === 0) return { kind: 'idle' };
    return { kind: 'finished', recording: await finish(entry, await serverIdOf(entry, journal, api), api) };
  } catch (error) {
    return refusal(error);
  }
}

const finish = (entry: JournalEntry, serverId: string, api: RecordingApi): Promise<Recording> =>
  api.finish(serverId, {
    title: entry.title || undefined,
    chunkCount: entry.chunkCount,
    interrupted: entry.interrupted,
  });

async function serverIdOf(entry: JournalEntry, journal: Journal, api: RecordingApi): Promise<string> {
  if (entry.serverId) return entry.serverId;
  const { id } = await api.open({ mimeType: entry.mimeType, name: entry.name }, entry.id);
  entry.serverId = id;
  await journal.save(entry);
  return id;
}

/** The conflict stands unless the server has this chunk already. */
async function readOpen(
  serverId: string,
  sequence: number,
  api: RecordingApi,
  conflict: ApiProblem,
): Promise<Recording> {
  const recording = await api.read(serverId);
  if (recording.nextSequence > sequence) return recording;
  throw conflict;
}

function refusal(error: unknown): SendOutcome {
  if (!(error instanceof ApiProblem)) throw error;
  if (error.code === 'not-found') return { kind: 'gone', detail: error.detail };
  if (['quota-exceeded', 'too-large', 'conflict', 'forbidden', 'invalid-input'].includes(error.code))
    return { kind: 'full', code: error.code, detail: error.detail };
  throw error;
}
