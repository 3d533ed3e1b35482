import type { Tx } from './database.ts';
import type { JobDefinition } from './jobs.ts';

export interface SendOptions {
  /** Enqueue within this transaction: rolled back with it, visible with it. */
  tx: Tx;
  startAfter?: Date;
  /** Higher runs first. */
  priority?: number;
}

/** Where verbs put work. Backed by pg-boss in the API and in the worker. */
export interface Queue {
  /** Returns the job's id, or null when a job with the same key is already queued. */
  send<Payload>(job: JobDefinition<Payload>, payload: Payload, options: SendOptions): Promise<string | null>;
}

/** Fields of the one wide event per request or job attempt. Never secrets, never bodies. */
export type LogFields = Record<string, string | number | boolean | null | undefined | object>;

/** Collects fields for the event that is written when the request or attempt ends. */
export interface Log {
  set(fields: LogFields): void;
}

/** Signed access to files. Paths are object names inside the bucket `media`; URLs are paths below the Supabase URL. */
export interface ObjectStore {
  /** A token for one upload to `path`, valid two hours, for TUS (`x-signature`) or a signed PUT. */
  signUpload(path: string): Promise<{ token: string }>;
  /** A URL path such as `/storage/v1/object/sign/media/…?token=…`. */
  signDownload(path: string, options: { expiresSeconds: number; downloadName?: string }): Promise<string>;
  /** Size in bytes and content type, or null when there is no such object. */
  stat(path: string): Promise<{ sizeBytes: number; contentType: string } | null>;
  /** Stores bytes, replacing what was there; on disk when it returns. For small objects: files are uploaded by those who have them. */
  put(path: string, bytes: Uint8Array<ArrayBuffer>, contentType: string): Promise<void>;
  /** Removes every object below the prefix. Idempotent. */
  removeAll(prefix: string): Promise<void>;
}

/** Authenticated encryption for credentials at rest (AES-256-GCM). `context` is bound to the ciphertext. */
export interface Vault {
  seal(plain: string, context: string): Promise<{ ciphertext: string; keyId: string }>;
  open(sealed: { ciphertext: string; keyId: string }, context: string): Promise<string>;
}
