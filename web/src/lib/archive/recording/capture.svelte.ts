import { RecordingClock } from './recording-clock.ts';
import type { SoundSource } from './sound-source.ts';

/** At most so much is in the browser's hands alone: a second of five that may be lost. */
const SLICE_MS = 1000;
const METER_MS = 100;
/** Speech at 48 kbit/s of Opus cannot be told from the source. */
const BITS_PER_SECOND = 64_000;
/** −51 dB: quieter than any room. */
const SILENCE = 0.15;

export interface CaptureEvents {
  onChunk(bytes: ArrayBuffer, endSeconds: number): Promise<void>;
  onSourceEnded(): void;
}

/** One `MediaRecorder` from its start to its end, with the clock and the meter beside it. */
export class Capture {
  elapsedSeconds = $state(0);
  /** 0 to 1. */
  level = $state(0);
  silentSeconds = $state(0);
  #clock = new RecordingClock();
  #recorder: MediaRecorder;
  #kept: Promise<void> = Promise.resolve();
  #meter: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly source: SoundSource,
    mimeType: string,
  ) {
    this.#recorder = new MediaRecorder(source.stream, { mimeType, audioBitsPerSecond: BITS_PER_SECOND });
  }

  start({ onChunk, onSourceEnded }: CaptureEvents): void {
    this.#recorder.addEventListener('dataavailable', ({ data }) => {
      if (data.size === 0) return;
      const endSeconds = this.#clock.seconds;
      this.#kept = this.#kept.then(async () => onChunk(await data.arrayBuffer(), endSeconds));
    });
    this.source.onEnded(onSourceEnded);
    this.#recorder.start(SLICE_MS);
    this.#clock.start();
    this.#meter = setInterval(() => this.#measure(), METER_MS);
  }

  pause(): void {
    this.#recorder.pause();
    // What there is of the slice goes out now: a pause may last.
    this.#recorder.requestData();
    this.#clock.stop();
    this.level = 0;
    this.silentSeconds = 0;
  }

  resume(): void {
    this.#recorder.resume();
    this.#clock.start();
  }

  /** Resolves when the last chunk is kept. */
  async stop(): Promise<void> {
    clearInterval(this.#meter);
    if (this.#recorder.state !== 'inactive') {
      const stopped = new Promise((resolve) => this.#recorder.addEventListener('stop', resolve, { once: true }));
      this.#recorder.stop();
      await stopped;
    }
    this.#clock.stop();
    this.source.close();
    await this.#kept;
  }

  #measure(): void {
    this.elapsedSeconds = this.#clock.seconds;
    if (this.#recorder.state !== 'recording') return;
    this.level = this.source.level();
    this.silentSeconds = this.level < SILENCE ? this.silentSeconds + METER_MS / 1000 : 0;
  }
}
