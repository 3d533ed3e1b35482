import { join } from 'node:path';
import type { Segment } from '@nexus/shared/archive';
import { isProblem, NexusError } from '@nexus/shared/platform';
import { detectLanguage } from '../documents/language.ts';
import { chooseSubtitles, extractSpeech, extractSubtitles, parseSubtitles, probeMedia } from '../media/index.ts';
import { recordUsage } from '../record-usage.ts';
import { readyTranscribers } from '../ready-transcribers.ts';
import { type NewTranscriptVersion, storeTranscript } from '../store-transcript.ts';
import type { Step, StepIo, StepItem } from '../step.ts';
import { Acquired } from './acquire.ts';
import { Normalised } from './normalise.ts';

type Words = Pick<NewTranscriptVersion, 'origin' | 'adapter' | 'model' | 'language'> & {
  segments: Segment[];
  /** Seconds of sound that a transcriber worked on. */
  workedSeconds?: number;
};

/** The words of a recording: from the subtitles given with it, else from those inside the file, else from a transcriber. */
export const transcribe: Step = {
  name: 'transcribe',
  // A local model reports after each window of 30 s; slow machines take minutes for one.
  stallSeconds: 1800,

  inputs: ({ row }) => [row.sha256, row.subtitle_path, row.language_given],

  async run(item, io) {
    const { row } = item;
    if (row.kind !== 'audio' && row.kind !== 'video') return { outcome: 'skipped' };
    const normalised = Normalised.parse(item.outputs.normalise);
    const words =
      (await givenSubtitles(item, io)) ??
      (await embeddedSubtitles(item, normalised, io)) ??
      (await fromSpeech(item, normalised, io));
    if (!words) return { outcome: 'skipped' };
    io.log.set({ origin: words.origin, adapter: words.adapter, segments: words.segments.length });

    const spoken = words.segments.map(({ text }) => text).join(' ');
    const language = row.language_given ?? words.language ?? detectLanguage(spoken);
    return {
      outcome: 'done',
      output: {
        origin: words.origin,
        adapter: words.adapter,
        segmentCount: words.segments.length,
        version: crypto.randomUUID(),
      },
      async apply(tx) {
        await storeTranscript(tx, { ...words, language, orgId: row.org_id, itemId: row.id });
        await tx.updateTable('items').set({ language }).where('id', '=', row.id).execute();
        await tx.deleteFrom('item_texts').where('item_id', '=', row.id).execute();
        if (!words.workedSeconds) return;
        await recordUsage(tx, row, {
          kind: 'transcribe',
          adapter: words.adapter,
          quantity: words.workedSeconds,
          unit: 'seconds',
        });
      },
    };
  },
};

async function givenSubtitles({ row }: StepItem, io: StepIo): Promise<Words | null> {
  const text = await io.ports.db
    .transaction()
    .execute((tx) => tx.selectFrom('item_texts').select('text').where('item_id', '=', row.id).executeTakeFirst());
  if (!text && !row.subtitle_path) return null;
  const content = text
    ? text.text
    : await Bun.file(await io.ports.media.openLocal(row.subtitle_path!, io.directory, io.signal)).bytes();
  return {
    origin: 'subtitles',
    adapter: null,
    model: null,
    language: null,
    segments: parseSubtitles(content).segments,
  };
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
    const segments = await extractSubtitles(source, stream, io.signal);
    return { origin: 'embedded-subtitles', adapter: null, model: null, language: stream.language, segments };
  } catch (error) {
    // A track can be there and empty; then the sound is what there is.
    if (!isProblem(error, 'unreadable-media')) throw error;
    io.log.set({ embeddedSubtitles: error.detail });
    return null;
  }
}

/** Asks one transcriber after the other. One that is down is passed over while another is ready; the last one's failure counts. */
async function fromSpeech(item: StepItem, normalised: Normalised, io: StepIo): Promise<Words | null> {
  if (!normalised.hasSound) return null;
  const { ready, detail } = await readyTranscribers(io.ports, item.row.org_id);
  if (ready.length === 0) throw new NexusError('not-configured', detail);

  const wavPath = await speechOf(item, normalised, io);
  for (const [at, { transcriber, config }] of ready.entries()) {
    try {
      const transcript = await transcriber.transcribe(wavPath, {
        language: item.row.language_given,
        config,
        env: { modelsDirectory: io.ports.modelsDirectory },
        signal: io.signal,
        onProgress: (fraction) => io.progress(fraction),
      });
      return {
        origin: 'transcriber',
        adapter: transcriber.id,
        model: transcript.model,
        language: transcript.language,
        segments: transcript.segments,
        workedSeconds: transcript.seconds,
      };
    } catch (error) {
      const isLast = at === ready.length - 1;
      if (isLast || !isProblem(error, 'upstream-down', 'upstream-limited', 'upstream-refused', 'not-configured'))
        throw error;
      io.log.set({ passedOver: transcriber.id, because: error.detail });
    }
  }
  return null;
}

/** `normalise` left it, unless another machine did that or the item has rested since. */
async function speechOf({ outputs }: StepItem, { speechPath }: Normalised, io: StepIo): Promise<string> {
  if (speechPath && (await Bun.file(speechPath).exists())) return speechPath;
  const source = await io.ports.media.openLocal(Acquired.parse(outputs.acquire).path, io.directory, io.signal);
  const target = join(io.directory, 'speech.wav');
  await extractSpeech(source, target, await probeMedia(source, { signal: io.signal }), io.signal);
  return target;
}
