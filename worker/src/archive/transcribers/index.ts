import { NexusError } from '@nexus/shared/platform';
import { openaiCompatible } from './openai-compatible.ts';
import type { Transcriber } from './transcriber.ts';
import { whisperLocal } from './whisper-local.ts';

export type { Transcriber, TranscriberConfig } from './transcriber.ts';

/** Every kind of transcriber. A new one is a file and a line here. */
export const TRANSCRIBERS: readonly Transcriber[] = [whisperLocal, openaiCompatible];

export function findTranscriber(id: string): Transcriber {
  const transcriber = TRANSCRIBERS.find((candidate) => candidate.id === id);
  if (!transcriber) throw new NexusError('not-configured', `There is no transcriber called ${id}.`);
  return transcriber;
}
