/** A browser that records, as far as the server sees it: sends the slices of a file in order and says what it is sending. */
import { Recording } from '@nexus/shared/archive';
import { isProblem, NexusError } from '@nexus/shared/platform';

export interface RecordingClient {
  /** Asked for each slice, because a server that was started again has another address. */
  url: () => string;
  apiKey: string;
  recordingId: string;
  path: string;
  /** Where each slice ends in the file. */
  ends: readonly number[];
  onSending: (sequence: number) => void;
  onAcknowledged?: (sequence: number) => Promise<void> | void;
}

const RETRY_MS = 200;

export async function sendSlices(client: RecordingClient): Promise<void> {
  const bytes = new Uint8Array(await Bun.file(client.path).arrayBuffer());
  for (const [sequence, end] of client.ends.entries()) {
    client.onSending(sequence);
    await untilAcknowledged(client, sequence, bytes.slice(client.ends[sequence - 1] ?? 0, end));
    await client.onAcknowledged?.(sequence);
  }
}

/** As the web does: what has not been acknowledged is sent again, the same bytes under the same number. */
async function untilAcknowledged(client: RecordingClient, sequence: number, bytes: Uint8Array<ArrayBuffer>) {
  for (;;) {
    try {
      const { nextSequence } = await put(client, sequence, bytes);
      if (nextSequence > sequence) return;
    } catch (error) {
      if (!isProblem(error, 'upstream-down')) throw error;
      await Bun.sleep(RETRY_MS);
    }
  }
}

async function put(client: RecordingClient, sequence: number, bytes: Uint8Array<ArrayBuffer>): Promise<Recording> {
  const path = `/api/media/recordings/${client.recordingId}/chunks/${sequence}?endSeconds=${sequence + 1}`;
  const response = await fetch(client.url() + path, {
    method: 'PUT',
    headers: { authorization: `Bearer ${client.apiKey}`, 'content-type': 'application/octet-stream' },
    body: bytes,
  }).catch((error: unknown) => {
    throw new NexusError('upstream-down', 'No answer', { cause: error });
  });
  const text = await response.text();
  if (response.status >= 500) throw new NexusError('upstream-down', text);
  if (!response.ok) throw new Error(`${response.status} ${text}`);
  return Recording.parse(JSON.parse(text));
}

if (import.meta.main) {
  const [url = '', apiKey = '', recordingId = '', path = '', ends = '[]'] = process.argv.slice(2);
  await sendSlices({
    url: () => url,
    apiKey,
    recordingId,
    path,
    ends: JSON.parse(ends) as number[],
    onSending: (sequence) => process.stdout.write(`${sequence}\n`),
  });
}
