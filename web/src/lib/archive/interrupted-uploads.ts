import type { Upload } from '@nexus/shared/archive';

/** An upload this browser began and did not end. Kept so that choosing the same file again goes on where it stopped. */
export interface Interrupted {
  name: string;
  upload: Upload;
  /** What the TUS server called it. */
  tusUrl: string;
  startedAtMs: number;
}

/** The upload's signature is good for two hours; ten minutes are left for the rest of the bytes. */
const USABLE_MS = 110 * 60 * 1000;

export interface KeyValueStore {
  readonly length: number;
  key(index: number): string | null;
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** Remembers by organisation, name, size and time of change: as near to "the same file" as a browser lets one see. */
export class InterruptedUploads {
  readonly #prefix: string;

  constructor(
    orgId: string,
    private readonly store: KeyValueStore,
    private readonly now: () => number = Date.now,
  ) {
    this.#prefix = `nexus-upload:${orgId}:`;
  }

  #key = (file: { name: string; size: number; lastModified: number }): string =>
    `${this.#prefix}${file.size}:${file.lastModified}:${file.name}`;

  find(file: File): Interrupted | undefined {
    return this.#read(this.#key(file));
  }

  remember(file: File, upload: Upload, tusUrl: string): void {
    const record: Interrupted = { name: file.name, upload, tusUrl, startedAtMs: this.now() };
    this.store.setItem(this.#key(file), JSON.stringify(record));
  }

  forget(file: File): void {
    this.store.removeItem(this.#key(file));
  }

  /** Those still worth resuming; older ones are dropped on the way. */
  list(): Interrupted[] {
    return this.#keys().flatMap((key) => this.#read(key) ?? []);
  }

  forgetAll(): void {
    for (const key of this.#keys()) this.store.removeItem(key);
  }

  #keys(): string[] {
    const keys = Array.from({ length: this.store.length }, (_, index) => this.store.key(index));
    return keys.filter((key) => key !== null).filter((key) => key.startsWith(this.#prefix));
  }

  #read(key: string): Interrupted | undefined {
    const text = this.store.getItem(key);
    if (!text) return undefined;
    const record = JSON.parse(text) as Interrupted;
    if (this.now() - record.startedAtMs < USABLE_MS) return record;
    this.store.removeItem(key);
    return undefined;
  }
}
