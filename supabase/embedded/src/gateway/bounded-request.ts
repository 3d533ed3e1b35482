import { problem } from './problem.ts';

/**
 * The request, if its body keeps to the limit; else the answer 413. A declared length is enough, for HTTP holds the sender
 * to it; a body sent in chunks is read up to the limit.
 */
export async function boundedRequest(request: Request, limitBytes: number): Promise<Request | Response> {
  if (!request.body || limitBytes === Infinity) return request;
  const declared = request.headers.get('content-length');
  if (declared !== null) return Number(declared) <= limitBytes ? request : tooLarge(limitBytes);

  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let sizeBytes = 0;
  for await (const chunk of request.body as ReadableStream<Uint8Array<ArrayBuffer>>) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > limitBytes) return tooLarge(limitBytes);
    chunks.push(chunk);
  }
  return new Request(request, { method: request.method, body: new Blob(chunks) });
}

function tooLarge(limitBytes: number): Response {
  return problem(
    413,
    'Larger than the limit',
    `A request to this service may have ${limitBytes.toLocaleString('en')} bytes.`,
  );
}
