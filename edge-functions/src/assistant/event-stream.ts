import type { ChatEvent } from '@nexus/shared/assistant';

/** Proxies close what is silent for a minute; a comment is no event and keeps them. */
const PING_MS = 15_000;

/** Says to proxies on the way (nginx and its kin) that they shall neither collect nor compress. */
const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
};

/**
 * Events as `text/event-stream`, each sent the moment it is there. `first` has been read already, so that what goes wrong
 * before it is an ordinary problem. When the reader goes, `stop` is called and the events are closed.
 */
export function eventStream(
  first: ChatEvent,
  rest: AsyncGenerator<ChatEvent>,
  { stop, ended }: { stop: () => void; ended: (error?: unknown) => void },
): Response {
  const encoder = new TextEncoder();
  let ping: ReturnType<typeof setInterval> | undefined;
  const finish = (error?: unknown) => {
    clearInterval(ping);
    ended(error);
  };
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(encoder.encode(format(first)));
      ping = setInterval(() => controller.enqueue(encoder.encode(': waiting\n\n')), PING_MS);
    },
    async pull(controller) {
      try {
        const { done, value } = await rest.next();
        if (!done) return controller.enqueue(encoder.encode(format(value)));
        finish();
        controller.close();
      } catch (error) {
        finish(error);
        controller.error(error);
      }
    },
    async cancel() {
      stop();
      await rest.return(undefined);
      finish();
    },
  });
  return new Response(stream, { headers: HEADERS });
}

function format(event: ChatEvent): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}
