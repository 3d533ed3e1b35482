import type { Recording } from '@nexus/shared/archive';
import { ApiProblem } from '#lib/platform/api.ts';
import type { Journal, JournalEntry } from './journal.ts';
import type { RecordingApi } from './recording-api.ts';
import { sendRecording, type SendOutcome } from './send-recording.ts';

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 10_000;
const ASK_FOR_ITEM_MS = 700;

export interface OutboxEvents {
  /** The server has it as this item. */
  onItem(entry: JournalEntry, itemId: string): void;
  /** The server takes no more of it. */
  onRefused(entry: JournalEntry, detail: string): Promise<void>;
}

/** Sends recordings to the server, each in order, for as long as it takes: a lost network only makes it wait. */
export class Outbox {
  isOffline = $state(false);
  /** Sound on the server's disk, by recording. */
  sentSeconds = $state<Record<string, number>>({});
  #running = new Map<string, { again: boolean }>();

  constructor(
    private readonly journal: Journal,
    private readonly api: RecordingApi,
    private readonly events: OutboxEvents,
  ) {}

  /** There is something new to send of this recording. */
  wake(entry: JournalEntry): void {
    const running = this.#running.get(entry.id);
    if (running) running.again = true;
    else void this.#drain(entry);
  }

  async #drain(entry: JournalEntry): Promise<void> {
    const turn = { again: true };
    this.#running.set(entry.id, turn);
    try {
      while (turn.again && entry.state !== 'discarded') {
        turn.again = false;
        await this.#handle(entry, await this.#send(entry));
      }
    } finally {
      this.#running.delete(entry.id);
    }
  }

  async #send(entry: JournalEntry): Promise<SendOutcome> {
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 2)) {
      try {
        const outcome = await sendRecording(entry, {
          journal: this.journal,
          api: this.api,
          onSent: (recording) => this.#sent(entry, recording),
        });
        this.isOffline = false;
        return outcome;
      } catch (error) {
        if (entry.state === 'discarded') return { kind: 'idle' };
        // Whatever it is (no network, a restart, an answer cut short), what is not acknowledged is sent again.
        this.isOffline = !(error instanceof ApiProblem) || error.status >= 500;
        await onlineOrAfter(waitMs);
      }
    }
  }

  #sent(entry: JournalEntry, recording: Recording): void {
    this.isOffline = false;
    this.sentSeconds[entry.id] = recording.recordedSeconds;
  }

  async #handle(entry: JournalEntry, outcome: SendOutcome): Promise<void> {
    if (outcome.kind === 'finished') {
      await this.journal.forget(entry.id);
      await this.#untilItem(entry, outcome.recording);
    } else if (outcome.kind === 'gone') {
      await this.events.onRefused(entry, outcome.detail);
      await this.journal.forget(entry.id);
    } else if (outcome.kind === 'full') {
      await this.events.onRefused(entry, outcome.detail);
      // Room may be made for the rest of one that does not fit; one that is too long gets no shorter.
      if (outcome.code !== 'too-large' || !entry.serverId) return;
      await this.api.finish(entry.serverId, { title: entry.title || undefined });
      await this.journal.forget(entry.id);
    }
  }

  async #untilItem(entry: JournalEntry, recording: Recording): Promise<void> {
    let known = recording;
    while (!known.itemId || known.state !== 'done') {
      await onlineOrAfter(ASK_FOR_ITEM_MS);
      known = await this.api.read(recording.id).catch((error: unknown) => {
        if (error instanceof ApiProblem && error.status < 500) throw error;
        return known;
      });
    }
    this.events.onItem(entry, known.itemId);
  }
}

/** The browser's word that there is a network again ends the waiting. */
function onlineOrAfter(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener('online', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    addEventListener('online', done);
  });
}
