/** Seconds of sound: runs while recording, stands while paused. */
export class RecordingClock {
  #seconds = 0;
  #runningSince: number | null = null;

  constructor(private readonly now: () => number = () => performance.now()) {}

  get seconds(): number {
    return this.#seconds + (this.#runningSince === null ? 0 : (this.now() - this.#runningSince) / 1000);
  }

  start(): void {
    this.#runningSince ??= this.now();
  }

  stop(): void {
    this.#seconds = this.seconds;
    this.#runningSince = null;
  }
}
