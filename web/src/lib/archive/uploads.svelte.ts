import { getContext, setContext } from 'svelte';
import type { Item } from '@nexus/shared/archive';
import type { NexusApp } from '#lib/platform/app.svelte.ts';
import { InterruptedUploads, type Interrupted } from './interrupted-uploads.ts';
import { pairSubtitles } from './pair-subtitles.ts';
import { UploadJob } from './upload-job.svelte.ts';

/** More at once only share the same line. */
const AT_ONCE = 3;
/** A finished upload is a row of the library by then; long enough to be read. */
const SHOW_DONE_MS = 5000;
export const MAX_UPLOAD_BYTES = 5 * 1024 ** 3;

/** Everything being uploaded by this window. Lives in the shell, so leaving a page stops nothing. */
export class Uploads {
  jobs = $state<UploadJob[]>([]);
  interrupted = $state<Interrupted[]>([]);
  #listeners = new Set<(item: Item) => void>();

  constructor(private readonly app: NexusApp) {}

  get isActive(): boolean {
    return this.jobs.some((job) => job.isOpen);
  }

  /** Files of one drop: subtitles join the recording of the same base name. */
  add(files: readonly File[]): void {
    for (const pair of pairSubtitles(files)) {
      const job = new UploadJob(pair);
      if (pair.file.size > MAX_UPLOAD_BYTES) {
        job.state = 'failed';
        job.problem = 'too-large';
      }
      this.jobs.push(job);
    }
    this.#startNext();
  }

  retry(job: UploadJob): void {
    this.jobs = this.jobs.map((other) => (other === job ? new UploadJob(job.files) : other));
    this.#startNext();
  }

  async cancel(job: UploadJob): Promise<void> {
    await job.cancel();
    this.jobs = this.jobs.filter((other) => other.id !== job.id);
    this.#startNext();
  }

  hideFinished(): void {
    this.jobs = this.jobs.filter((job) => job.isOpen);
  }

  /** Called with each item an upload became. Returns how to stop listening. */
  onItem(listener: (item: Item) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Looks for uploads an earlier visit left behind. */
  findInterrupted(): void {
    const names = new Set(this.jobs.map(({ name }) => name));
    this.interrupted = this.#store()
      .list()
      .filter(({ name }) => !names.has(name));
  }

  forgetInterrupted(): void {
    this.#store().forgetAll();
    this.interrupted = [];
  }

  #store = (): InterruptedUploads => new InterruptedUploads(this.app.orgId, localStorage);

  #startNext(): void {
    const running = this.jobs.filter((job) => job.isOpen && job.state !== 'waiting' && job.state !== 'paused').length;
    for (const job of this.jobs.filter(({ state }) => state === 'waiting').slice(0, Math.max(0, AT_ONCE - running))) {
      void this.#run(job);
    }
  }

  async #run(job: UploadJob): Promise<void> {
    this.interrupted = this.interrupted.filter(({ name }) => name !== job.name);
    await job.run({ api: this.app.api, supabaseUrl: this.app.supabaseUrl, interrupted: this.#store() });
    if (job.item) {
      for (const listener of this.#listeners) listener(job.item);
      setTimeout(() => (this.jobs = this.jobs.filter(({ id }) => id !== job.id)), SHOW_DONE_MS);
    }
    this.#startNext();
  }
}

const CONTEXT = Symbol('uploads');

export const setUploads = (uploads: Uploads): Uploads => setContext(CONTEXT, uploads);
export const useUploads = (): Uploads => getContext<Uploads>(CONTEXT);
