/** A recording as this browser knows it. Its chunks stay beside it until the server has them. */
export interface JournalEntry {
  id: string;
  orgId: string;
  userId: string;
  /** Null until the server was reached for the first time. */
  serverId: string | null;
  mimeType: string;
  name: string;
  title: string;
  startedAtMs: number;
  /** How many chunks were made so far. */
  chunkCount: number;
  recordedSeconds: number;
  state: 'recording' | 'stopped' | 'discarded';
  /** Nobody pressed stop. */
  interrupted: boolean;
}

export interface JournalChunk {
  recordingId: string;
  sequence: number;
  /** Where its sound ends, in seconds from the start, pauses left out. */
  endSeconds: number;
  bytes: ArrayBuffer;
}

const DATABASE = 'nexus-recordings';

/**
 * What is recorded, in IndexedDB: written before it is sent and removed when the server has acknowledged it, so that neither
 * a lost network nor a closed tab takes it along. Bytes, not blobs: Safari loses blobs of a page that is gone.
 */
export class Journal {
  #database: Promise<IDBDatabase> | undefined;

  /** Opened when first needed: the server, which renders the same pages, has none. */
  constructor(private readonly factory: () => IDBFactory) {}

  async entries(): Promise<JournalEntry[]> {
    return this.#do('readonly', (tx) => tx.objectStore('recordings').getAll() as IDBRequest<JournalEntry[]>);
  }

  async save(entry: JournalEntry): Promise<void> {
    await this.#do('readwrite', (tx) => tx.objectStore('recordings').put(entry));
  }

  /** The chunk and what the entry says of it, or neither. */
  async append(entry: JournalEntry, chunk: JournalChunk): Promise<void> {
    await this.#do('readwrite', (tx) => {
      tx.objectStore('recordings').put(entry);
      return tx.objectStore('chunks').put(chunk);
    });
  }

  /** The earliest that is not acknowledged yet. */
  async first(recordingId: string): Promise<JournalChunk | undefined> {
    const cursor = await this.#do('readonly', (tx) => tx.objectStore('chunks').openCursor(chunksOf(recordingId)));
    return cursor?.value as JournalChunk | undefined;
  }

  /** Those below this number are on the server's disk. */
  async acknowledge(recordingId: string, nextSequence: number): Promise<void> {
    const range = IDBKeyRange.bound([recordingId, 0], [recordingId, nextSequence], false, true);
    await this.#do('readwrite', (tx) => tx.objectStore('chunks').delete(range));
  }

  async forget(recordingId: string): Promise<void> {
    await this.#do('readwrite', (tx) => {
      tx.objectStore('recordings').delete(recordingId);
      return tx.objectStore('chunks').delete(chunksOf(recordingId));
    });
  }

  /** Resolves when the transaction is complete, not when the request is answered: only then it is kept. */
  async #do<Result>(mode: IDBTransactionMode, work: (tx: IDBTransaction) => IDBRequest<Result>): Promise<Result> {
    const database = await (this.#database ??= open(this.factory()));
    return new Promise((resolve, reject) => {
      const tx = database.transaction(['recordings', 'chunks'], mode, { durability: 'strict' });
      const request = work(tx);
      tx.addEventListener('complete', () => resolve(request.result));
      tx.addEventListener('abort', () =>
        reject(tx.error ?? new DOMException('The browser kept nothing', 'AbortError')),
      );
    });
  }
}

const chunksOf = (recordingId: string): IDBKeyRange =>
  IDBKeyRange.bound([recordingId, 0], [recordingId, Number.MAX_SAFE_INTEGER]);

function open(factory: IDBFactory): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = factory.open(DATABASE, 1);
    request.addEventListener('upgradeneeded', () => {
      request.result.createObjectStore('recordings', { keyPath: 'id' });
      request.result.createObjectStore('chunks', { keyPath: ['recordingId', 'sequence'] });
    });
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error));
  });
}
