import { join } from 'node:path';
import type { Segment } from '@nexus/shared/archive';
import { isProblem } from '@nexus/shared/platform';
import { z } from 'zod';
import { detectLanguage } from '../documents/language.ts';
import { chooseSubtitles, extractSpeech, extractSubtitles, parseSubtitles, probeMedia } from '../media/index.ts';
import { recordUsage } from '../record-usage.ts';
import { alignLabels } from '../speakers/align-labels.ts';
import { hearSpeakers } from '../speakers/hear-speakers.ts';
import { storeSpeakers } from '../speakers/store-speakers.ts';
import { type NewTranscriptVersion, storeTranscript } from '../store-transcript.ts';
import type { Step, StepIo, StepItem } from '../step.ts';
import { askTranscribers } from '../transcribers/ask-transcribers.ts';
import { type NewRun, storeRun } from '../transcribers/store-run.ts';
import { Acquired } from './acquire.ts';
import { Normalised } from './normalise.ts';

type Words = Pick<NewTranscriptVersion, 'origin' | 'adapter' | 'model' | 'language'> & {
  segments: Segment[];
  /** What had to be put right in them. */
  warning?: string | null;
  /** Of a transcriber. */
  run?: NewRun;
};

/** What `transcribe` leaves for its next time. */
const Transcribed = z.object({ warnings: z.array(z.string()).default([]) });

/** The words of a recording and who says them: from the subtitles given with it, else from those inside the file, else from a transcriber. */
export const transcribe: Step = {
  name: 'transcribe',
  // A local model reports after each window of 30 s; slow machines take minutes for one.
  stallSeconds: 1800,

  inputs: ({ row }) => [row.sha256, row.subtitle_path, row.language_given],

  async run(item, io) {
    const { row } = item;
    if (row.kind !== 'audio' && row.kind !== 'video') return { outcome: 'skipped' };
    const normalised = Normalised.parse(item.outputs.normalise);
    const openWav = openOnce(() => speechOf(item, normalised, io));
    const words =
      (await givenSubtitles(item, normalised, io)) ??
      (await embeddedSubtitles(item, normalised, io)) ??
      (normalised.hasSound ? await fromSpeech(item, io, openWav) : null);
    if (!words) return { outcome: 'skipped' };
    const { origin, adapter, run } = words;
    const heard = normalised.hasSound
      ? await hearSpeakers(item, words.segments, io, openWav)
      : { segments: words.segments, voices: new Map<string, never>(), warning: null };
    io.log.set({ origin, adapter, segments: heard.segments.length });

    const spoken = heard.segments.map(({ text }) => text).join(' ');
    const language = row.language_given ?? words.language ?? detectLanguage(spoken);
    const warnings = [words.warning, heard.warning].filter((warning) => warning != null);
    return {
      outcome: 'done',
      output: { origin, adapter, segmentCount: heard.segments.length, version: crypto.randomUUID(), warnings },
      async apply(tx) {
        const { segments, voices } = await alignLabels(tx, row.id, heard);
        const version = { ...words, segments, language, orgId: row.org_id, itemId: row.id };
        const transcriptId = await storeTranscript(tx, version);
        await storeSpeakers(tx, row, segments, voices, io.ports);
        const before = Transcribed.safeParse(item.outputs.transcribe).data?.warnings ?? [];
        const others = row.warnings.filter((warning) => !before.includes(warning));
        await tx
          .updateTable('items')
          .set({ language, warnings: [...new Set([...others, ...warnings])] })
          .where('id', '=', row.id)
          .execute();
        await tx.deleteFrom('item_texts').where('item_id', '=', row.id).execute();
        if (!run) return;
        await storeRun(tx, row, { ...run, transcriptId });
        if (!run.soundSeconds) return;
        await recordUsage(tx, row, {
          kind: 'transcribe',
          adapter,
          quantity: run.soundSeconds,
          unit: 'seconds',
          costUsd: run.costUsd,
        });
      },
    };
  },
};

async function givenSubtitles({ row }: StepItem, { durationSeconds }: Normalised, io: StepIo): Promise<Words | null> {
  const text = await io.ports.db
    .transaction()
    .execute((tx) => tx.selectFrom('item_texts').select('text').where('item_id', '=', row.id).executeTakeFirst());
  if (!text && !row.subtitle_path) return null;
  const content = text
    ? text.text
    : await Bun.file(await io.ports.media.openLocal(row.subtitle_path!, io.directory, io.signal)).bytes();
  const { segments, warning } = parseSubtitles(content, { durationSeconds });
  return { origin: 'subtitles', adapter: null, model: null, language: null, segments, warning };
}

async function embeddedSubtitles(
  { row, outputs }: StepItem,
  normalised: Normalised,
  io: StepIo,
): Promise<Words | null> {
  if (normalised.subtitleStreams.length === 0) return null;
  const source = await io.ports.media.openLocal(Acquired.parse(outputs.acquire).path, io.directory, io.signal);
  const stream = chooseSubtitles(await probeMedia(source, { signal: io.signal }), row.language_given);
  if (!stream) return null;
  try {
    const { segments, warning } = await extractSubtitles(source, stream, io.signal);
    return { origin: 'embedded-subtitles', adapter: null, model: null, language: stream.language, segments, warning };
  } catch (error) {
    // A track can be there and empty; then the sound is what there is.
    if (!isProblem(error, 'unreadable-media')) throw error;
    io.log.set({ embeddedSubtitles: error.detail });
    return null;
  }
}

async function fromSpeech(item: StepItem, io: StepIo, openWav: () => Promise<string>): Promise<Words> {
  const { adapter, model, language, segments, run } = await askTranscribers(item, io, openWav);
  return { origin: 'transcriber', adapter, model, language, segments, run };
}

function openOnce(open: () => Promise<string>): () => Promise<string> {
  let opened: Promise<string> | undefined;
  return () => (opened ??= open());
}

/** `normalise` left it, unless another machine did that or the item has rested since. */
async function speechOf({ outputs }: StepItem, { speechPath }: Normalised, io: StepIo): Promise<string> {
  if (speechPath && (await Bun.file(speechPath).exists())) return speechPath;
  const source = await io.ports.media.openLocal(Acquired.parse(outputs.acquire).path, io.directory, io.signal);
  const target = join(io.directory, 'speech.wav');
  await extractSpeech(source, target, await probeMedia(source, { signal: io.signal }), io.signal);
  return target;
}
