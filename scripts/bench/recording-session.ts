/** Half an hour of recording through the public API, with the client killed in the middle, and with the server killed in the middle. */
import { join } from 'node:path';
import { Item, Recording } from '@nexus/shared/archive';
import { firstOwner, type RunningNexus, startNexus } from '../../cli/test/running/start-nexus.ts';
import { type ApiClient, apiClient } from '../../cli/src/platform/api-client.ts';
import type { Figure } from './figure.ts';
import { figure } from './part.ts';
import { recordedSlices } from './recorded-slices.ts';
import { sendSlices } from './recording-client.ts';
import { temporaryFolder } from './temporary-folder.ts';

const SECONDS = 1800;
/** In the middle of the half hour. */
const KILL_AT = 900;
const environment = { NEXUS_RATE_LIMIT_PER_SECOND: '5000', NEXUS_RECORDING_ABANDONED_SECONDS: '5' };

export async function measureRecordingSession(): Promise<readonly Figure[]> {
  await using folder = await temporaryFolder();
  await using home = await temporaryFolder();
  const sound = await recordedSlices(folder.path, SECONDS);
  let nexus: RunningNexus = await startNexus({ home: home.path, environment });
  try {
    const { client, apiKey } = await firstOwner(nexus);
    const killed = await open(client);
    const sendingAtKill = await killedClient(nexus.url, apiKey, killed, sound);

    const survivor = await open(client);
    let restartMs = 0;
    await sendSlices({
      url: () => nexus.url,
      apiKey,
      recordingId: survivor,
      ...sound,
      onSending: () => undefined,
      async onAcknowledged(sequence) {
        if (sequence !== KILL_AT) return;
        // Right after the answer: what it acknowledged has to be on the disk.
        await nexus.end('SIGKILL');
        nexus = await startNexus({ home: home.path, environment });
        restartMs = nexus.startedMs;
      },
    });
    const again = apiClient(nexus.url, apiKey);
    await again.request('POST', `/media/recordings/${survivor}/finish`, Recording, { chunkCount: sound.ends.length });

    const wholeSeconds = await durationOf(again, survivor);
    const cutSeconds = await durationOf(again, killed);
    // At its kill one slice was on the way and, at the worst, the whole of the next was recorded and not yet handed out.
    const recordedSeconds = ((sendingAtKill + 2) * SECONDS) / sound.ends.length;
    const note = `${SECONDS} s of Opus at 32 kbit/s in slices of 1 s over HTTP as fast as they are taken, seconds of the finished item`;
    return [
      figure(
        'recording-lost-client-killed',
        Math.max(0, recordedSeconds - cutSeconds),
        's',
        1,
        `${note}; client killed -9 with slice ${sendingAtKill} on the way, counting the slice after it as recorded`,
        2,
      ),
      figure(
        'recording-lost-server-killed',
        Math.max(0, SECONDS - wholeSeconds),
        's',
        1,
        `${note}; server killed -9 right after it acknowledged slice ${KILL_AT}, healthy again after ${(restartMs / 1000).toFixed(1)} s`,
        2,
      ),
    ];
  } finally {
    await nexus.end('SIGKILL');
  }
}

async function open(client: ApiClient): Promise<string> {
  const body = { mimeType: 'audio/webm;codecs=opus', name: 'Session' };
  return (await client.request('POST', '/media/recordings', Recording, body)).id;
}

/** A client of its own process, killed in the middle. Answers which slice it was sending. */
async function killedClient(
  url: string,
  apiKey: string,
  recordingId: string,
  { path, ends }: { path: string; ends: readonly number[] },
): Promise<number> {
  const script = join(import.meta.dir, 'recording-client.ts');
  const child = Bun.spawn([process.execPath, script, url, apiKey, recordingId, path, JSON.stringify(ends)], {
    stdout: 'pipe',
    stderr: 'inherit',
  });
  let said = '';
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    said += text;
    if (lastLine(said) >= KILL_AT) child.kill('SIGKILL');
  }
  return lastLine(said);
}

const lastLine = (said: string): number => Number(said.slice(0, said.lastIndexOf('\n')).split('\n').at(-1) || -1);

/** Of the item that a recording became, once its sound has been read. */
async function durationOf(client: ApiClient, recordingId: string): Promise<number> {
  for (;;) {
    const { itemId } = await client.request('GET', `/media/recordings/${recordingId}`, Recording);
    const item = itemId && (await client.request('GET', `/media/${itemId}`, Item));
    if (item && item.durationSeconds !== null) return item.durationSeconds;
    await Bun.sleep(100);
  }
}
