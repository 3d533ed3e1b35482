import type { IncomingMessage } from 'node:http';
import { pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { NexusError } from '@nexus/shared/platform';
import type { Deadline } from './http-deadline.ts';
import { connectionFailure, errorCode } from './http-failure.ts';

export interface BodyOptions {
  url: URL;
  /** Of the decoded body, counted while it streams; a promise in `Content-Length` is believed only when it is too much. */
  maxBytes: number;
  /** Already received in an earlier connection. */
  startBytes?: number;
  deadline: Deadline;
}

/** The encodings asked for, and the only ones read. A small answer may unfold a thousandfold, so the limit holds after decoding. */
export const ACCEPTED_ENCODINGS = 'gzip, deflate, br';

export function isEncoded(response: IncomingMessage): boolean {
  return encodingOf(response) !== 'identity';
}

/** The decoded body in chunks. Fails with `too-large`, `stalled`, `canceled`, `upstream-refused`, or `upstream-down` when it breaks. */
export async function* readBody(response: IncomingMessage, options: BodyOptions): AsyncGenerator<Uint8Array> {
  const { url, maxBytes, startBytes = 0, deadline } = options;
  const announced = Number(response.headers['content-length'] ?? 0);
  if (startBytes + announced > maxBytes) {
    response.destroy();
    throw tooLarge(maxBytes);
  }

  const end = () => response.destroy();
  deadline.signal.addEventListener('abort', end, { once: true });
  let received = startBytes;
  try {
    for await (const chunk of decoded(response)) {
      deadline.signal.throwIfAborted();
      const bytes: Uint8Array = chunk;
      received += bytes.byteLength;
      if (received > maxBytes) throw tooLarge(maxBytes);
      deadline.progressed(bytes.byteLength);
      yield bytes;
    }
    deadline.signal.throwIfAborted();
    if (!response.complete) throw connectionFailure(new Error('The body ended early'), url);
  } catch (error) {
    // Ending the response makes it fail with an error of its own; the reason is the one to tell.
    deadline.signal.throwIfAborted();
    if (error instanceof NexusError) throw error;
    if (/^(Z_|ERR_BROTLI|ERR__ERROR|ERR_PADDING)/.test(errorCode(error)) && response.complete) {
      throw new NexusError('upstream-refused', `${url.host} sent damaged compressed content.`, { cause: error });
    }
    throw connectionFailure(error, url);
  } finally {
    deadline.signal.removeEventListener('abort', end);
    response.destroy();
  }
}

function decoded(response: IncomingMessage): Readable {
  const encoding = encodingOf(response);
  if (encoding === 'identity') return response;
  const decoder =
    encoding === 'br' ? createBrotliDecompress() : encoding === 'deflate' ? createInflate() : createGunzip();
  // The reader of the decoder meets every failure; the callback only keeps it from being thrown twice.
  return pipeline(response, decoder, () => undefined);
}

function encodingOf(response: IncomingMessage): 'identity' | 'gzip' | 'deflate' | 'br' {
  const named = (response.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (named === '' || named === 'identity') return 'identity';
  if (named === 'gzip' || named === 'x-gzip') return 'gzip';
  if (named === 'deflate' || named === 'br') return named;
  response.destroy();
  throw new NexusError(
    'upstream-refused',
    `The server sent content packed as "${named.slice(0, 40)}", which was not asked for.`,
  );
}

function tooLarge(maxBytes: number): NexusError {
  return new NexusError(
    'too-large',
    `The content behind this address is larger than the limit of ${wordsOf(maxBytes)}.`,
  );
}

/** Decimal units, as disks and browsers count. */
function wordsOf(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1).replace('.0', '')} GB`;
  if (bytes >= 1e6) return `${Math.round(bytes / 1e6)} MB`;
  return bytes >= 1e3 ? `${Math.round(bytes / 1e3)} kB` : `${bytes} bytes`;
}
