import type { Segment } from '@nexus/shared/archive';
import type { z } from 'zod';

/** Settings and credentials as stored, not yet parsed: each adapter reads them with its own schemas. */
export interface TranscriberConfig {
  readonly settings: unknown;
  readonly credentials: unknown;
}

/** What the machine offers, beside the configuration. */
export interface TranscriberEnv {
  /** Where `nexus models pull` leaves speech models. */
  readonly modelsDirectory: string;
}

export type Availability = { ok: true } | { ok: false; detail: string };

export interface TranscribeOptions {
  /** What the recording is known to be in, as a BCP 47 tag; else the transcriber finds out. */
  language?: string | null;
  /** Names and words that may come up, spelled as they should stand. */
  vocabulary?: readonly string[];
  config: TranscriberConfig;
  env: TranscriberEnv;
  signal: AbortSignal;
  /** From 0 to 1, not decreasing. Its absence for long is what watchdogs call a stall. */
  onProgress?: (fraction: number) => void;
}

export interface Transcript {
  /** ISO 639-1 where the transcriber tells; null when it does not. */
  language: string | null;
  /** Seconds from the start of the WAV file, ordered, not overlapping, no empty texts. None when nobody speaks. */
  segments: Segment[];
  /** What wrote it, for example `whisper-1` or `ggml-base`. */
  model: string;
  /** Of sound worked on, which is what services charge for. Silence that was skipped does not count. */
  seconds: number;
  /** In US dollars, where the configuration states a price; null where it does not. Absent for what is free. */
  costUsd?: number | null;
}

/** Speech to text. In: the 16 kHz mono WAV that `normaliseMedia` makes. Each adapter passes `test/contract/transcriber.ts`. */
export interface Transcriber {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly settings: z.ZodObject;
  readonly credentials: z.ZodObject;
  readonly limits: { readonly maxPartSeconds?: number; readonly maxPartBytes?: number };
  /** Whether it could start now, else what is missing and how to get it. Cheap, without calls to services. */
  available(config: TranscriberConfig, env: TranscriberEnv): Promise<Availability>;
  /** Errors: `not-configured`, `canceled`, `stalled`, `upstream-refused`, `upstream-limited`, `upstream-down`, `internal`. */
  transcribe(wavPath: string, options: TranscribeOptions): Promise<Transcript>;
}
