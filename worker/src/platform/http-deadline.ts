import { NexusError } from '@nexus/shared/platform';

/** Fewer bytes than this in a whole stall period count as standing still: a server that drips a byte a second holds nobody. */
const MIN_PROGRESS_BYTES = 1024;

export interface DeadlineOptions {
  signal?: AbortSignal | undefined;
  /** From the first look-up to the last byte, redirects included. */
  timeoutSeconds: number;
  /** Without an answer, or with fewer than 1024 bytes of it, for this long. */
  stallSeconds: number;
}

/** Ends a request for one of three reasons; `signal.reason` is then the NexusError to throw. */
export interface Deadline extends Disposable {
  readonly signal: AbortSignal;
  progressed(bytes: number): void;
  /** Starts the stall period anew, for a fresh connection. */
  restart(): void;
  /** Settles as the promise does, or fails at once when the deadline passes. */
  race<T>(promise: Promise<T>): Promise<T>;
}

export function startDeadline({ signal, timeoutSeconds, stallSeconds }: DeadlineOptions): Deadline {
  const controller = new AbortController();
  const cancel = () => controller.abort(new NexusError('canceled', 'The request was canceled.'));
  const stall = () =>
    controller.abort(new NexusError('stalled', `The server sent nothing for ${stallSeconds} seconds.`));
  const expire = () =>
    controller.abort(new NexusError('stalled', `The server was too slow: not done after ${timeoutSeconds} seconds.`));

  const overall = setTimeout(expire, timeoutSeconds * 1000);
  let stallTimer = setTimeout(stall, stallSeconds * 1000);
  let bytes = 0;
  if (signal?.aborted) cancel();
  else signal?.addEventListener('abort', cancel, { once: true });

  const restart = () => {
    bytes = 0;
    clearTimeout(stallTimer);
    stallTimer = setTimeout(stall, stallSeconds * 1000);
  };

  return {
    signal: controller.signal,
    restart,
    progressed(count) {
      bytes += count;
      if (bytes >= MIN_PROGRESS_BYTES) restart();
    },
    async race(promise) {
      // Nobody waits for what was given up: its late failure would be an unhandled one, which ends the process.
      promise.catch(() => undefined);
      controller.signal.throwIfAborted();
      const aborted = Promise.withResolvers<never>();
      const onAbort = () => aborted.reject(controller.signal.reason);
      controller.signal.addEventListener('abort', onAbort, { once: true });
      try {
        return await Promise.race([promise, aborted.promise]);
      } finally {
        controller.signal.removeEventListener('abort', onAbort);
      }
    },
    [Symbol.dispose]() {
      clearTimeout(overall);
      clearTimeout(stallTimer);
      signal?.removeEventListener('abort', cancel);
    },
  };
}
