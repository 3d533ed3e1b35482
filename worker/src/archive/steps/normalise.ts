import { stat } from 'node:fs/promises';
import { itemPrefix, storableText } from '@nexus/shared/archive';
import { z } from 'zod';
import { normaliseMedia, probeMedia } from '../media/index.ts';
import { cutOffWarning } from '../recordings/cut-off.ts';
import type { Step } from '../step.ts';
import { Acquired } from './acquire.ts';
import { readCues, readDocument } from './read-text.ts';

/** What `normalise` leaves for the other steps. */
export const Normalised = z.object({
  durationSeconds: z.number(),
  hasSound: z.boolean(),
  /** In the item's scratch folder, where this machine still has it. */
  speechPath: z.string().nullable(),
  fingerprintPath: z.string().nullable(),
  /** Text subtitles inside the file: indexes of its streams. */
  subtitleStreams: z.array(z.object({ index: z.number(), language: z.string().nullable() })),
});
export type Normalised = z.infer<typeof Normalised>;

const RECORDINGS: ReadonlySet<string> = new Set(['media', 'audio', 'video']);

/** Makes from a recording what the rest needs: speech for transcribers, a copy browsers play, a poster, the waveform, the fingerprint. */
export const normalise: Step = {
  name: 'normalise',
  stallSeconds: 600,
  // Speech for the transcriber, and the fingerprint.
  leavesFiles: true,

  inputs: ({ row, outputs }) => [row.sha256, outputs.acquire],

  async run(item, io) {
    const { row, outputs } = item;
    const acquired = Acquired.parse(outputs.acquire);
    if (acquired.kind === 'subtitles') return readCues(item, acquired, io);
    if (!RECORDINGS.has(acquired.kind)) return readDocument(item, acquired, io);
    const { media } = io.ports;
    const source = await media.openLocal(acquired.path, io.directory, io.signal);
    const probe = await probeMedia(source, { signal: io.signal });
    io.progress(0.02);
    const subtitleStreams = probe.subtitleStreams
      .filter(({ isText }) => isText)
      .map(({ index, language }) => ({ index, language }));
    const made = await normaliseMedia(source, io.directory, probe, {
      signal: io.signal,
      onProgress: (fraction) => io.progress(0.02 + fraction * 0.93),
      speech: row.subtitle_path === null && subtitleStreams.length === 0,
    });

    const prefix = `${itemPrefix(row.org_id, row.id)}media/`;
    const playablePath =
      made.playable === 'original' ? acquired.path : `${prefix}playable${extensionOf(made.playableType)}`;
    const posterPath = made.posterPath && `${prefix}poster.jpg`;
    const peaksPath = made.peaksPath && `${prefix}peaks.json`;
    const speechBytes = made.speechPath ? (await stat(made.speechPath)).size : 0;
    if (made.playable !== 'original') await media.put(playablePath, made.playable.path, made.playableType);
    if (made.posterPath && posterPath) await media.put(posterPath, made.posterPath, 'image/jpeg');
    if (made.peaksPath && peaksPath) await media.put(peaksPath, made.peaksPath, 'application/json');
    io.log.set({ durationSeconds: made.durationSeconds, speechBytes, copied: made.playable === 'original' });

    const output: Normalised = {
      durationSeconds: made.durationSeconds,
      hasSound: made.peaksPath !== null,
      speechPath: made.speechPath,
      fingerprintPath: made.fingerprintPath,
      subtitleStreams,
    };
    return {
      outcome: 'done',
      output,
      async apply(tx) {
        await tx
          .updateTable('items')
          .set({
            kind: probe.hasVideo ? 'video' : 'audio',
            duration_seconds: made.durationSeconds,
            width: probe.hasVideo ? probe.width : null,
            height: probe.hasVideo ? probe.height : null,
            playable_path: playablePath,
            playable_mime_type: made.playableType,
            // The picture its page shows says more than a frame.
            poster_path: acquired.posterPath ?? posterPath,
            peaks_path: peaksPath,
            author: row.author ?? (probe.tags.artist && storableText(probe.tags.artist)),
            warnings: [made.warning, await cutOffWarning(tx, row.id, made.durationSeconds)].filter(
              (text) => text !== null,
            ),
          })
          .where('id', '=', row.id)
          .execute();
      },
    };
  },
};

function extensionOf(contentType: string): string {
  if (contentType.startsWith('video/')) return contentType.includes('webm') ? '.webm' : '.mp4';
  return contentType.includes('mpeg') ? '.mp3' : contentType.includes('ogg') ? '.ogg' : '.m4a';
}
