import { StorageError } from './storage-error.ts';

/** One part of a form. `content` must be read to its end before the next part is asked for. */
export interface Part {
  name: string;
  /** Present for files only. */
  filename: string | undefined;
  contentType: string | undefined;
  content: AsyncGenerator<Buffer, void>;
}

/** More than any browser sends for one part's headers. */
const MAX_HEADER_BYTES = 16 * 1024;

/**
 * Reads `multipart/form-data` (RFC 7578) part by part as it arrives: `Request.formData()` would hold whole files in
 * memory. Throws `InvalidRequest` when the body is no form or ends early.
 */
export async function* readMultipart(body: AsyncIterable<Uint8Array>, contentType: string): AsyncGenerator<Part, void> {
  const match = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  const boundary = match?.[1] ?? match?.[2];
  if (!boundary) throw malformed('no boundary');

  const delimiter = Buffer.from(`\r\n--${boundary}`);
  const chunks = body[Symbol.asyncIterator]();
  // The line break before the first delimiter is optional; with one put there, it reads like all others.
  let buffer: Buffer = Buffer.from('\r\n');

  async function fill(): Promise<void> {
    const { done, value } = await chunks.next();
    if (done) throw malformed('it ends early');
    const chunk = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    buffer = buffer.length === 0 ? chunk : Buffer.concat([buffer, chunk]);
  }

  async function take(sizeBytes: number): Promise<Buffer> {
    while (buffer.length < sizeBytes) await fill();
    const taken = buffer.subarray(0, sizeBytes);
    buffer = buffer.subarray(sizeBytes);
    return taken;
  }

  async function* untilDelimiter(): AsyncGenerator<Buffer, void> {
    for (;;) {
      const end = buffer.indexOf(delimiter);
      const safe = end >= 0 ? end : Math.max(0, buffer.length - delimiter.length + 1);
      if (safe > 0) yield await take(safe);
      if (end >= 0) {
        await take(delimiter.length);
        return;
      }
      await fill();
    }
  }

  async function headers(): Promise<string> {
    let end = buffer.indexOf('\r\n\r\n');
    while (end < 0) {
      if (buffer.length > MAX_HEADER_BYTES) throw malformed('a part has too many headers');
      await fill();
      end = buffer.indexOf('\r\n\r\n');
    }
    return (await take(end + 4)).toString('utf8');
  }

  for await (const _preamble of untilDelimiter());
  for (;;) {
    if ((await take(2)).toString('latin1') === '--') return;
    const head = await headers();
    const disposition = /^content-disposition:.*$/im.exec(head)?.[0] ?? '';
    const content = untilDelimiter();
    yield {
      name: /[;\s]name="([^"]*)"/i.exec(disposition)?.[1] ?? '',
      filename: /[;\s]filename="([^"]*)"/i.exec(disposition)?.[1],
      contentType: /^content-type:\s*(.+?)\s*$/im.exec(head)?.[1],
      content,
    };
    for await (const _rest of content);
  }
}

function malformed(why: string): StorageError {
  return new StorageError('InvalidRequest', `The form cannot be read: ${why}`);
}
