/** What everything around ffmpeg costs: a recording of ten minutes with subtitles, against the same commands by hand. */
import { basename } from 'node:path';
import { Item } from '@nexus/shared/archive';
import { z } from 'zod';
import type { ApiClient } from '../../cli/src/platform/api-client.ts';
import { uploadFile } from '../../cli/src/archive/upload-file.ts';
import { firstOwner, startNexus } from '../../cli/test/running/start-nexus.ts';
import { ffmpegWitness, runByHand } from './ffmpeg-witness.ts';
import { type Figure, percentile } from './figure.ts';
import { figure } from './part.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { makeTenMinutes } from './ten-minutes.ts';
import { untilReady } from './until-ready.ts';

const PAIRS = 3;
/** Asking costs the process that is measured; the times come from its own rows. */
const POLL_MS = 400;

export async function measureRecording(): Promise<readonly Figure[] | string> {
  if (!Bun.which('ffmpeg')) return 'ffmpeg is missing';
  await using folder = await temporaryFolder();
  const { mp3, flac, subtitles } = await makeTenMinutes(folder.path);
  return [
    await against(
      'recording-mp3-against-ffmpeg',
      mp3,
      subtitles,
      folder.path,
      'plays as it is, so ffmpeg only decodes',
    ),
    await against('recording-flac-against-ffmpeg', flac, subtitles, folder.path, 'gets a copy that browsers play'),
  ];
}

async function against(name: string, recording: string, subtitles: string, directory: string, what: string) {
  await using folder = await temporaryFolder(directory);
  const witness = await ffmpegWitness(folder.path);
  await using nexus = await startNexus({ environment: { PATH: witness.path } });
  const { client } = await firstOwner(nexus);
  // Warms both, and tells which commands the worker runs.
  await process(client, recording, subtitles);
  const calls = await witness.calls();
  await runByHand(calls, recording, folder.path);

  const [worker, hand]: [number[], number[]] = [[], []];
  for (let pair = 0; pair < PAIRS; pair++) {
    hand.push(await runByHand(calls, recording, folder.path));
    worker.push(await process(client, recording, subtitles));
  }
  const ratios = worker.map((seconds, pair) => seconds / hand[pair]!);
  const [byWorker, byHand] = [percentile(worker, 0.5), percentile(hand, 0.5)];
  return figure(
    name,
    percentile(ratios, 0.5),
    'times',
    PAIRS,
    `median of alternating pairs; ${basename(recording)} with WebVTT, which ${what}; from POST /api/media/process to ready ${byWorker.toFixed(2)} s, against ${byHand.toFixed(2)} s for the ${calls.length} ffmpeg run(s) alone, ffprobe not counted`,
    2,
  );
}

/** Seconds from the request to the end of the last step, by the clock that both processes share. */
async function process(client: ApiClient, recording: string, subtitles: string): Promise<number> {
  const [path, subtitlePath] = [await upload(client, recording), await upload(client, subtitles)];
  const startedAt = Date.now();
  const { id } = await client.request('POST', '/media/process', Item, {
    source: 'file',
    name: basename(recording),
    path,
    subtitlePath,
  });
  const { steps } = await untilReady(client, id, POLL_MS);
  // The next one would be a duplicate of it and stop.
  await client.request('DELETE', `/media/${id}`, z.undefined());
  return (Date.parse(steps.at(-1)?.finishedAt ?? '') - startedAt) / 1000;
}

const upload = (client: ApiClient, path: string): Promise<string> => uploadFile(client, path, () => undefined);
