import type { Database, InstanceKeys, LogFields, ObjectStore, Queue, Vault } from '@nexus/shared/platform';
import type { SearchSource } from '../listening/sources/search-source.ts';
import type { Http } from './http.ts';
import type { MediaStore } from './media-store.ts';

/** Receives one event per job attempt and per notable moment of the process. */
export type LogSink = (event: LogFields) => void;

/** What handlers reach the world through. Built by `main.ts`, by `nexus up`, and by tests. */
export interface WorkerPorts {
  /** Transactions run as `service_role`: every query names its organisation. */
  db: Database;
  queue: Queue;
  storage: ObjectStore;
  media: MediaStore;
  vault: Vault;
  http: Http;
  keys: InstanceKeys;
  /** Where people open the web, without a slash at the end; messages lead back there. */
  publicUrl?: string | undefined;
  log: LogSink;
  now: () => Date;
  /** Scratch space, one folder per item; emptied at start. */
  workDirectory: string;
  /** How long nothing may be heard of a recording before it is finished as it is; by default two minutes. */
  recordingAbandonedSeconds?: number;
  /** Speech models, as `nexus models pull` leaves them. */
  modelsDirectory: string;
  /** Name or path; `yt-dlp` of the PATH unless told. */
  ytDlp?: string;
  /** Where posts are searched, instead of all that are built in. */
  sources?: readonly SearchSource[];
}
