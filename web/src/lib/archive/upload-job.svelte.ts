import type { Item } from '@nexus/shared/archive';
import { ApiProblem } from '#lib/platform/api.ts';
import { sendFile, type Sending, type SendOptions } from './send-file.ts';
import type { Paired } from './pair-subtitles.ts';

export type UploadState =
  'waiting' | 'preparing' | 'sending' | 'paused' | 'registering' | 'done' | 'failed' | 'canceled';

/** One file, perhaps with its subtitles, on its way into the archive. */
export class UploadJob {
  readonly id = crypto.randomUUID();
  readonly name: string;
  readonly sizeBytes: number;
  state = $state<UploadState>('waiting');
  sentBytes = $state(0);
  /** In words, when the server said why. */
  problem = $state<string>();
  /** There is no room for it: trying again helps only after something was deleted. */
  isBeyondQuota = $state(false);
  item = $state<Item>();
  #sending: Sending | undefined;

  constructor(readonly files: Paired<File>) {
    this.name = files.file.name;
    this.sizeBytes = files.file.size + (files.subtitles?.size ?? 0);
  }

  get progress(): number {
    return this.sizeBytes === 0 ? 1 : Math.min(1, this.sentBytes / this.sizeBytes);
  }

  get isOpen(): boolean {
    return !['done', 'failed', 'canceled'].includes(this.state);
  }

  /** Sends the bytes, then hands them to the pipeline. Never throws: how it ended is in `state` and `problem`. */
  async run(options: Omit<SendOptions, 'onProgress'>): Promise<void> {
    const { file, subtitles } = this.files;
    try {
      const subtitlePath = subtitles ? await this.#send(subtitles, 0, options) : undefined;
      const path = await this.#send(file, subtitles?.size ?? 0, options);
      this.state = 'registering';
      const body = { source: 'file', path, name: file.name, ...(subtitlePath ? { subtitlePath } : {}) };
      this.item = await options.api.post<Item>('/media/process', body, { idempotencyKey: this.id });
      this.state = 'done';
    } catch (error) {
      if (this.isCanceled()) return;
      this.state = 'failed';
      this.problem = error instanceof ApiProblem ? error.detail : undefined;
      this.isBeyondQuota = error instanceof ApiProblem && error.code === 'quota-exceeded';
      if (error instanceof ApiProblem && error.code === 'too-large') this.problem = 'too-large';
      if (!(error instanceof Error)) throw error;
    }
  }

  async #send(file: File, before: number, options: Omit<SendOptions, 'onProgress'>): Promise<string> {
    this.state = 'preparing';
    this.#sending = await sendFile(file, { ...options, onProgress: (sent) => (this.sentBytes = before + sent) });
    if (this.isCanceled()) await this.#sending.abort();
    else this.state = 'sending';
    const path = await this.#sending.done;
    this.sentBytes = before + file.size;
    return path;
  }

  async pause(): Promise<void> {
    if (this.state !== 'sending') return;
    this.state = 'paused';
    await this.#sending?.pause();
  }

  resume(): void {
    if (this.state !== 'paused') return;
    this.state = 'sending';
    this.#sending?.resume();
  }

  async cancel(): Promise<void> {
    this.state = 'canceled';
    await this.#sending?.abort();
  }

  isCanceled(): boolean {
    return this.state === 'canceled';
  }
}
