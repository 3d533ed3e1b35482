import { NexusError } from '@nexus/shared/platform';

/** `fetch` whose answers end with an error after so many bytes, instead of filling the memory. */
export function boundedFetch(label: string, mostBytes: number): typeof fetch {
  const bounded = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const response = await fetch(input, init);
    if (!response.body) return response;
    let bytes = 0;
    const body = response.body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          bytes += chunk.byteLength;
          if (bytes <= mostBytes) return controller.enqueue(chunk);
          const detail = `${label} sent more than ${Math.round(mostBytes / 1_000_000)} MB for one part. That is no transcript.`;
          controller.error(new NexusError('upstream-refused', detail));
        },
      }),
    );
    const { status, statusText, headers } = response;
    return new Response(body, { status, statusText, headers });
  };
  return Object.assign(bounded, { preconnect: fetch.preconnect });
}
