import { readSpeechSettings, type Segment } from '@nexus/shared/archive';
import { isProblem } from '@nexus/shared/platform';
import { assignSpeakers } from '../diarization/assign-speakers.ts';
import { canTellSpeakers, type Diarization, tellSpeakers } from '../diarization/tell-speakers.ts';
import type { StepIo, StepItem } from '../step.ts';
import { recogniseVoices } from './recognise-voices.ts';
import type { LabelVoice } from './store-speakers.ts';

/** How often the step says that it is alive while the engine, which reports nothing within a part, works. */
const SIGN_OF_LIFE_MS = 60_000;

export interface HeardSpeakers {
  segments: Segment[];
  /** By label; none where the organisation does not want voices recognised. */
  voices: Map<string, LabelVoice>;
  warning: string | null;
}

/**
 * Tells who says what, where neither the subtitles nor the transcriber did and the models for it are here. Words without speakers
 * are worth having: what goes wrong here is a warning.
 */
export async function hearSpeakers(
  { row }: StepItem,
  segments: readonly Segment[],
  io: StepIo,
  openWav: () => Promise<string>,
): Promise<HeardSpeakers> {
  const nobody = { segments: [...segments], voices: new Map<string, LabelVoice>(), warning: null };
  const { modelsDirectory, db } = io.ports;
  if (segments.length === 0 || segments.some(({ speaker }) => speaker !== null)) return nobody;
  if (!(await canTellSpeakers(modelsDirectory))) return nobody;

  const alive = setInterval(() => io.progress(0), SIGN_OF_LIFE_MS);
  let heard: Diarization;
  try {
    heard = await tellSpeakers(await openWav(), { modelsDirectory, signal: io.signal });
  } catch (error) {
    if (!isProblem(error, 'internal', 'stalled') || io.signal.aborted) throw error;
    io.log.set({ speakers: error.detail });
    return { ...nobody, warning: `Who speaks could not be told. ${error.detail}` };
  } finally {
    clearInterval(alive);
  }
  io.log.set({ speakers: heard.voices.length, turns: heard.turns.length });

  const labelOf = (speaker: number) => `Speaker ${speaker + 1}`;
  const people = await db.transaction().execute(async (tx) => {
    const { recognisesVoices } = await readSpeechSettings(tx, row.org_id);
    return recognisesVoices ? recogniseVoices(tx, row.org_id, heard.voiceModel, heard.voices) : null;
  });
  const voices = new Map<string, LabelVoice>();
  for (const { speaker, vector } of people ? heard.voices : []) {
    if (vector.length === 0) continue;
    voices.set(labelOf(speaker), { vector, model: heard.voiceModel, speakerId: people?.get(speaker) ?? null });
  }
  return { segments: assignSpeakers(segments, heard.turns, labelOf), voices, warning: null };
}
