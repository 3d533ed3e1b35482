import { createHash, type Hash } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { isProblem, NexusError } from '@nexus/shared/platform';
import { isEncoded, readBody } from './http-body.ts';
import type { Deadline } from './http-deadline.ts';
import { errorCode, statusFailure } from './http-failure.ts';
import { fileNameOf } from './http-file-name.ts';
import type { Hop } from './http-hop.ts';

/** Enough for a train ride's worth of broken connections; the queue retries the whole step after that. */
const MAX_RESUMES = 5;

export interface Downloaded {
  finalUrl: string;
  /** As the server names it, lower case without parameters; empty when it names none. */
  contentType: string;
  /** From `Content-Disposition` or the address, made safe. */
  fileName: string;
  sizeBytes: number;
  /** Hex. */
  sha256: string;
}

export interface TransferOptions {
  /** Opens the address, with these headers added. */
  open: (headers: Record<string, string>) => Promise<Hop>;
  maxBytes: number;
  deadline: Deadline;
  /** Doubled with every further break. */
  resumeDelaySeconds: number;
  onProgress?: (progress: { receivedBytes: number; totalBytes: number | null }) => void;
}

interface Transfer {
  file: FileHandle;
  hash: Hash;
  receivedBytes: number;
  /** An ETag or date by which the server can tell that the file is still the same; null when it gave none. */
  validator: string | null;
}

/** Streams to a file beside `toPath` and renames it when whole. A broken connection is taken up where it broke. */
export async function transfer(toPath: string, options: TransferOptions): Promise<Downloaded> {
  const partPath = `${toPath}.part`;
  const file = await open(partPath, 'w');
  try {
    const state: Transfer = { file, hash: createHash('sha256'), receivedBytes: 0, validator: null };
    const hop = await receiveAll(state, options);
    await file.close();
    await rename(partPath, toPath);
    return {
      finalUrl: hop.url.href,
      contentType: (hop.response.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '',
      fileName: fileNameOf(hop.url, hop.response.headers['content-disposition']),
      sizeBytes: state.receivedBytes,
      sha256: state.hash.digest('hex'),
    };
  } catch (error) {
    await file.close();
    await rm(partPath, { force: true });
    if (errorCode(error) === 'ENOSPC') throw new NexusError('no-space', 'The disk is full.', { cause: error });
    throw error;
  }
}

async function receiveAll(state: Transfer, options: TransferOptions): Promise<Hop> {
  for (let resumes = 0; ; resumes++) {
    let hasBegun = false;
    try {
      const hop = await options.open(resumeHeaders(state));
      await acceptAnswer(state, hop);
      hasBegun = true;
      await receive(state, hop, options);
      return hop;
    } catch (error) {
      // Only the queue retries a request that never began; a transfer that broke off goes on.
      const mayResume = (hasBegun || resumes > 0) && resumes < MAX_RESUMES;
      if (!mayResume || !isProblem(error, 'upstream-down')) throw error;
      await options.deadline.race(wait(options.resumeDelaySeconds * 1000 * 2 ** resumes));
      options.deadline.restart();
    }
  }
}

async function receive(state: Transfer, { url, response }: Hop, options: TransferOptions): Promise<void> {
  const { maxBytes, deadline, onProgress } = options;
  const announced = response.headers['content-length'];
  const totalBytes = announced === undefined || isEncoded(response) ? null : state.receivedBytes + Number(announced);
  const startBytes = state.receivedBytes;
  for await (const chunk of readBody(response, { url, maxBytes, startBytes, deadline })) {
    await writeAll(state.file, chunk, state.receivedBytes);
    state.hash.update(chunk);
    state.receivedBytes += chunk.byteLength;
    onProgress?.({ receivedBytes: state.receivedBytes, totalBytes });
  }
}

/** Accepts the rest of the file, or the whole of it once more; refuses anything else. */
async function acceptAnswer(state: Transfer, { url, response }: Hop): Promise<void> {
  if (response.statusCode === 416 && state.receivedBytes > 0) {
    // The rest is empty, or the file has shrunk: only the whole of it is sure to be right.
    response.destroy();
    state.receivedBytes = 0;
    throw new NexusError('upstream-down', `${url.host} has no such part of the file any more.`);
  }
  const failure = statusFailure(response.statusCode ?? 0, url, response.headers['retry-after']);
  const isRest = response.statusCode === 206;
  if (failure || (isRest && !startsAt(response, state.receivedBytes))) {
    response.destroy();
    throw failure ?? new NexusError('upstream-refused', `${url.host} sent another part of the file than asked for.`);
  }
  if (isRest) return;
  await state.file.truncate(0);
  state.hash = createHash('sha256');
  state.receivedBytes = 0;
  state.validator = isEncoded(response) ? null : validatorOf(response);
}

/** `If-Range` makes the server send everything when the file has changed meanwhile (RFC 9110, 13.1.5). */
function resumeHeaders({ receivedBytes, validator }: Transfer): Record<string, string> {
  return receivedBytes > 0 && validator !== null ? { range: `bytes=${receivedBytes}-`, 'if-range': validator } : {};
}

function validatorOf({ headers }: IncomingMessage): string | null {
  const { etag, 'last-modified': lastModified } = headers;
  return etag !== undefined && !etag.startsWith('W/') ? etag : (lastModified ?? null);
}

function startsAt({ headers }: IncomingMessage, receivedBytes: number): boolean {
  return receivedBytes > 0 && (headers['content-range'] ?? '').startsWith(`bytes ${receivedBytes}-`);
}

async function writeAll(file: FileHandle, chunk: Uint8Array, position: number): Promise<void> {
  for (let offset = 0; offset < chunk.byteLength;) {
    const { bytesWritten } = await file.write(chunk, offset, chunk.byteLength - offset, position + offset);
    offset += bytesWritten;
  }
}
