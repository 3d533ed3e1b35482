import { getContext, setContext } from 'svelte';
import type { NexusApp } from '#lib/platform/app.svelte.ts';
import { ApiProblem } from '#lib/platform/api.ts';
import { Capture } from './capture.svelte.ts';
import { findInterrupted, holdRecording } from './interrupted.ts';
import { Journal, type JournalEntry } from './journal.ts';
import { chooseMediaType } from './media-type.ts';
import { Outbox } from './outbox.svelte.ts';
import { type RecordingApi, recordingApi } from './recording-api.ts';
import { NoSource, openSound, type SourceChoice, type SourceProblem } from './sound-source.ts';

type Stage = 'idle' | 'asking' | 'recording' | 'paused' | 'finishing' | 'done';

/** A paused recording says that it is still there: after two minutes of silence the server finishes it. */
const STILL_HERE_MS = 25_000;
const TITLE_DELAY_MS = 800;

/** Recording in this window. Lives in the shell, so leaving a page stops nothing. */
export class Recorder {
  stage = $state<Stage>('idle');
  problem = $state<SourceProblem | null>(null);
  /** Why the server took no more, in its words. */
  refusal = $state<string | null>(null);
  /** The microphone went away, or sharing was stopped. */
  sourceEnded = $state(false);
  title = $state('');
  itemId = $state<string | null>(null);
  interrupted = $state.raw<JournalEntry[]>([]);
  capture = $state.raw<Capture | null>(null);
  readonly outbox: Outbox;
  #entry: JournalEntry | null = null;
  #journal: Journal;
  #api: RecordingApi;
  #release: (() => void) | undefined;
  #titleTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly app: NexusApp,
    private readonly userId: () => string,
    factory: () => IDBFactory,
  ) {
    this.#journal = new Journal(factory);
    this.#api = recordingApi(app.api);
    this.outbox = new Outbox(this.#journal, this.#api, {
      onItem: (entry, itemId) => this.#became(entry, itemId),
      onRefused: (entry, detail) => this.#refused(entry, detail),
    });
  }

  get isRunning(): boolean {
    return this.stage === 'recording' || this.stage === 'paused';
  }

  /** Sound that only this browser has. */
  get unsentSeconds(): number {
    const entry = this.#entry;
    return entry ? Math.max(0, entry.recordedSeconds - (this.outbox.sentSeconds[entry.id] ?? 0)) : 0;
  }

  async start(choice: SourceChoice, deviceId: string | undefined, name: string): Promise<void> {
    if (this.stage !== 'idle' && this.stage !== 'done') return;
    Object.assign(this, { stage: 'asking', problem: null, refusal: null, sourceEnded: false, itemId: null });
    try {
      const source = await openSound(choice, deviceId);
      const mimeType = chooseMediaType((type) => MediaRecorder.isTypeSupported(type));
      if (!mimeType) {
        source.close();
        throw new NoSource('unsupported');
      }
      await this.#begin(new Capture(source, mimeType), mimeType, name);
    } catch (error) {
      this.stage = 'idle';
      if (!(error instanceof NoSource)) throw error;
      this.problem = error.problem;
    }
  }

  async #begin(capture: Capture, mimeType: string, name: string): Promise<void> {
    const entry: JournalEntry = {
      id: crypto.randomUUID(),
      orgId: this.app.orgId,
      userId: this.userId(),
      serverId: null,
      mimeType,
      name,
      title: this.title.trim(),
      startedAtMs: Date.now(),
      chunkCount: 0,
      recordedSeconds: 0,
      state: 'recording',
      interrupted: false,
    };
    this.#entry = entry;
    this.capture = capture;
    this.#release = await holdRecording(entry.id);
    await this.#journal.save(entry);
    capture.start({
      onChunk: (bytes, endSeconds) => this.#keep(entry, bytes, endSeconds),
      onSourceEnded: () => {
        this.sourceEnded = true;
        void this.stop();
      },
    });
    this.stage = 'recording';
  }

  /** In order: each chunk is kept before the next is looked at. */
  async #keep(entry: JournalEntry, bytes: ArrayBuffer, endSeconds: number): Promise<void> {
    const sequence = entry.chunkCount;
    entry.chunkCount = sequence + 1;
    entry.recordedSeconds = endSeconds;
    await this.#journal.append({ ...entry }, { recordingId: entry.id, sequence, endSeconds, bytes });
    this.outbox.wake(entry);
  }

  pause(): void {
    if (this.stage !== 'recording') return;
    this.capture?.pause();
    this.stage = 'paused';
  }

  resume(): void {
    if (this.stage !== 'paused') return;
    this.capture?.resume();
    this.stage = 'recording';
  }

  async stop(): Promise<void> {
    const entry = this.#entry;
    if (!entry || !this.isRunning) return;
    this.stage = 'finishing';
    await this.capture?.stop();
    entry.state = 'stopped';
    entry.title = this.title.trim();
    await this.#journal.save({ ...entry });
    this.outbox.wake(entry);
  }

  /** Drops what was recorded, here and on the server. */
  async discard(): Promise<void> {
    const entry = this.#entry;
    if (!entry) return;
    entry.state = 'discarded';
    await this.capture?.stop();
    this.#end('idle');
    await this.drop(entry);
  }

  rename(title: string): void {
    this.title = title;
    clearTimeout(this.#titleTimer);
    this.#titleTimer = setTimeout(() => void this.#tell({ title: title.trim() || null }), TITLE_DELAY_MS);
  }

  /** For the shell, while a recording is paused. Returns how to stop. */
  stayKnown(): () => void {
    const timer = setInterval(() => void this.#tell({}), STILL_HERE_MS);
    return () => clearInterval(timer);
  }

  /** What an earlier visit, or a tab that crashed, has left in this browser. */
  async findInterrupted(): Promise<void> {
    const entries = await this.#journal.entries();
    const ours = entries.filter(({ orgId, userId }) => orgId === this.app.orgId && userId === this.userId());
    for (const entry of ours.filter(({ state }) => state === 'discarded')) await this.drop(entry);
    this.interrupted = await findInterrupted(ours, this.#entry?.id);
  }

  /** Sends what is left of it; the server makes an item of the whole. */
  async send(entry: JournalEntry): Promise<void> {
    this.interrupted = this.interrupted.filter(({ id }) => id !== entry.id);
    if (entry.state === 'recording') Object.assign(entry, { state: 'stopped', interrupted: true });
    await this.#journal.save(entry);
    this.#entry ??= entry;
    if (this.#entry === entry) this.stage = 'finishing';
    this.outbox.wake(entry);
  }

  /** Kept as a note to itself until the server has heard it. */
  async drop(entry: JournalEntry): Promise<void> {
    this.interrupted = this.interrupted.filter(({ id }) => id !== entry.id);
    entry.state = 'discarded';
    await this.#journal.save({ ...entry });
    await this.#journal.acknowledge(entry.id, entry.chunkCount);
    try {
      if (entry.serverId) await this.#api.discard(entry.serverId);
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.status >= 500) return;
      if (error.code === 'conflict') this.refusal = error.detail;
    }
    await this.#journal.forget(entry.id);
  }

  /** What there is to say of the last one has been read. */
  dismiss(): void {
    this.itemId = null;
    this.stage = 'idle';
  }

  async #tell(change: { title?: string | null }): Promise<void> {
    const id = this.#entry?.serverId;
    if (!id || !this.isRunning) return;
    // Told again with the next word, and with the end; the recording itself does not depend on it.
    await this.#api.change(id, change).catch((error: unknown) => {
      if (error instanceof ApiProblem && error.status < 500) this.refusal = error.detail;
    });
  }

  #became(entry: JournalEntry, itemId: string): void {
    if (entry !== this.#entry) return;
    this.itemId = itemId;
    this.#end('done');
  }

  async #refused(entry: JournalEntry, detail: string): Promise<void> {
    if (entry !== this.#entry) return;
    await this.capture?.stop();
    this.refusal = detail;
    entry.state = 'stopped';
    entry.interrupted = true;
    await this.#journal.save({ ...entry });
    this.#end('idle');
  }

  #end(stage: Stage): void {
    clearTimeout(this.#titleTimer);
    this.#release?.();
    this.#release = undefined;
    this.#entry = null;
    this.capture = null;
    this.title = '';
    this.stage = stage;
  }
}

const CONTEXT = Symbol('recorder');

export const setRecorder = (recorder: Recorder): Recorder => setContext(CONTEXT, recorder);
export const useRecorder = (): Recorder => getContext<Recorder>(CONTEXT);
