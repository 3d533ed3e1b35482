import { isProblem } from '@nexus/shared/platform';
import { hasModel, modelPath } from '../transcribers/models.ts';
import { findSpeech, joinSpans, type Span } from '../transcribers/speech-parts.ts';
import { openSpeechWav } from '../transcribers/speech-wav.ts';
import { runSherpa } from './tell-speakers.ts';

const TIMEOUT_SECONDS = 3600;

/**
 * Where somebody speaks, with the loudness by which parts are cut. Silero tells speech from music and noise where its model was
 * pulled; what it cannot say, and everything without it, is told by loudness alone.
 */
export async function findVoiceActivity(
  wavPath: string,
  { modelsDirectory, signal }: { modelsDirectory: string; signal: AbortSignal },
): Promise<{ spans: Span[]; loudness: Float32Array }> {
  await using wav = await openSpeechWav(wavPath);
  const loudness = await wav.loudness(signal);
  const loud = findSpeech(loudness);
  if (loud.length === 0 || !(await hasModel(modelsDirectory, 'voice-activity'))) return { spans: loud, loudness };
  const heard: Span[] = [];
  try {
    await runSherpa(
      { task: 'speech', wavPath, modelPath: modelPath(modelsDirectory, 'voice-activity') },
      {
        signal,
        timeoutSeconds: TIMEOUT_SECONDS,
        onMessage: (message) => message.type === 'speech' && heard.push(...message.spans),
      },
    );
  } catch (error) {
    if (!isProblem(error, 'internal', 'stalled')) throw error;
    return { spans: loud, loudness };
  }
  return { spans: joinSpans(heard, wav.durationSeconds), loudness };
}
