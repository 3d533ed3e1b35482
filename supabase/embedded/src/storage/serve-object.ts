import { stat } from 'node:fs/promises';
import type { ObjectRow } from './object-rows.ts';
import { StorageError } from './storage-error.ts';

export interface ServeOptions {
  /** The `download` parameter: a file name, or empty for the browser's choice. Null shows the file. */
  download: string | null;
  /** When a signed URL ends, in seconds since 1970. */
  expiresAt?: number | undefined;
}

/** Types a browser runs, wherever they come from: they go out as plain text, as Supabase does with HTML. */
const SCRIPTS = /^(text\/html|application\/xhtml\+xml|(text|application)\/(x-)?(java|ecma|j|live)script[\d.]*)$/;
/** Types no browser runs script from. Everything else (SVG and other XML, what is unknown) is sandboxed. */
const PASSIVE =
  /^(image\/(?!svg)[\w.+-]+|audio\/[\w.+-]+|video\/[\w.+-]+|font\/[\w.+-]+|text\/(plain|csv|vtt|markdown)|application\/(pdf|json|octet-stream|zip))$/;

/** Streams a stored file with its headers: ranges (one), conditional requests, HEAD. Null when the file is gone. */
export async function serveObject(
  request: Request,
  object: ObjectRow,
  path: string,
  options: ServeOptions,
): Promise<Response | null> {
  const file = await statFile(path);
  if (!file) return null;

  const headers = headersOf(object, file.size, options);
  const modified = Date.parse(headers.get('last-modified')!);
  const etag = headers.get('etag')!;
  if (isOutdated(request.headers, etag, modified)) return new Response(null, { status: 412, headers: bare(headers) });
  if (isUnchanged(request.headers, etag, modified)) return new Response(null, { status: 304, headers: bare(headers) });

  const range = requestedRange(request.headers, file.size, etag, modified);
  if (range === 'unsatisfiable') {
    const refused = new StorageError('InvalidRange').toResponse();
    refused.headers.set('content-range', `bytes */${file.size}`);
    return refused;
  }

  const { start, end } = range ?? { start: 0, end: file.size };
  headers.set('content-length', String(end - start));
  if (range) headers.set('content-range', `bytes ${start}-${end - 1}/${file.size}`);
  const status = range ? 206 : 200;
  if (request.method === 'HEAD' || end === start) return new Response(null, { status, headers });
  return new Response(Bun.file(path).slice(start, end), { status, headers });
}

async function statFile(path: string): Promise<{ size: number } | null> {
  try {
    return await stat(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

function headersOf(object: ObjectRow, sizeBytes: number, { download, expiresAt }: ServeOptions): Headers {
  const { metadata } = object;
  const contentType = headerValue(metadata?.mimetype) ?? 'application/octet-stream';
  const type = contentType.split(';')[0]!.trim().toLowerCase();
  const modified = new Date(metadata?.lastModified ?? object.updated_at);

  const headers = new Headers({
    'accept-ranges': 'bytes',
    'content-length': String(sizeBytes),
    'content-type': SCRIPTS.test(type) ? contentType.replace(/^[^;]*/, 'text/plain') : contentType,
    'cache-control': headerValue(metadata?.cacheControl) ?? 'no-cache',
    etag: headerValue(metadata?.eTag) ?? `"${object.version}"`,
    'last-modified': modified.toUTCString(),
    'x-content-type-options': 'nosniff',
    'access-control-allow-origin': '*',
  });
  if (!PASSIVE.test(type))
    headers.set('content-security-policy', "sandbox; default-src 'none'; style-src 'unsafe-inline'");
  const contentEncoding = headerValue(metadata?.contentEncoding);
  if (contentEncoding) headers.set('content-encoding', contentEncoding);
  if (expiresAt !== undefined) headers.set('expires', new Date(expiresAt * 1000).toUTCString());
  if (download !== null) {
    const name = encodeURIComponent(download);
    headers.set(
      'content-disposition',
      download === '' ? 'attachment;' : `attachment; filename=${name}; filename*=UTF-8''${name};`,
    );
  }
  return headers;
}

/** Null for what no header can carry: a row may be written by hand. */
function headerValue(value: unknown): string | null {
  return typeof value === 'string' && /^[\x20-\x7e]+$/.test(value) ? value : null;
}

/** What a 304 or 412 may carry. */
function bare(headers: Headers): Headers {
  const kept = new Headers(headers);
  for (const name of ['content-length', 'content-type', 'content-encoding', 'content-disposition']) kept.delete(name);
  return kept;
}

function isOutdated(headers: Headers, etag: string, modified: number): boolean {
  const match = headers.get('if-match');
  if (match !== null) return !lists(match, etag);
  const since = Date.parse(headers.get('if-unmodified-since') ?? '');
  return !Number.isNaN(since) && modified > since;
}

function isUnchanged(headers: Headers, etag: string, modified: number): boolean {
  const match = headers.get('if-none-match');
  if (match !== null) return lists(match, etag);
  const since = Date.parse(headers.get('if-modified-since') ?? '');
  return !Number.isNaN(since) && modified <= since;
}

function lists(header: string, etag: string): boolean {
  return header.split(',').some((entry) => ['*', etag, `W/${etag}`].includes(entry.trim()));
}

/** RFC 9110: an unreadable or multiple range, or one for another version (`If-Range`), means the whole file. */
function requestedRange(
  headers: Headers,
  sizeBytes: number,
  etag: string,
  modified: number,
): { start: number; end: number } | 'unsatisfiable' | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(headers.get('range') ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return null;
  const condition = headers.get('if-range');
  if (condition && condition !== etag && Date.parse(condition) !== modified) return null;

  const first = match[1] === '' ? Math.max(0, sizeBytes - Number(match[2])) : Number(match[1]);
  const last = match[1] === '' || match[2] === '' ? sizeBytes - 1 : Math.min(Number(match[2]), sizeBytes - 1);
  if (match[1] !== '' && match[2] !== '' && Number(match[2]) < first) return null;
  return first >= sizeBytes ? 'unsatisfiable' : { start: first, end: last + 1 };
}
