import { NexusError } from '../../platform/errors.ts';

/** Gives up on a service that says nothing for too long, and tells that apart from the caller's own abort. */
export interface Watch extends Disposable {
  /** Hand this to the request. */
  readonly signal: AbortSignal;
  /** Something came, so many bytes or characters of it: the time of silence starts again. */
  touch(size?: number): void;
  /** Throws the caller's reason when the caller gave up, or what the service did: fell silent, or never came to an end. Else returns. */
  check(): void;
}

/** A million tokens of answer with its wrapping stay below; a stream without end does not. */
const MOST_CHARACTERS = 32_000_000;
/** An answer may take so many times as long as a silence, and no longer. */
const LONGEST_SILENCES = 20;

export function watch(label: string, timeoutSeconds: number, caller: AbortSignal | undefined): Watch {
  caller?.throwIfAborted();
  const controller = new AbortController();
  let problem: NexusError | undefined;
  let received = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const giveUp = (code: 'upstream-down' | 'upstream-refused', detail: string) => {
    problem ??= new NexusError(code, detail);
    controller.abort();
  };
  const endless = () => giveUp('upstream-refused', `${label} did not come to the end of its answer.`);
  const touch = (size = 0) => {
    received += size;
    clearTimeout(timer);
    if (received > MOST_CHARACTERS) return endless();
    const silent = () => giveUp('upstream-down', `${label} gave no answer for ${timeoutSeconds} seconds.`);
    timer = setTimeout(silent, timeoutSeconds * 1000);
  };
  const longest = setTimeout(endless, timeoutSeconds * LONGEST_SILENCES * 1000);
  const onAbort = () => controller.abort(caller?.reason);
  caller?.addEventListener('abort', onAbort, { once: true });
  touch();

  return {
    signal: controller.signal,
    touch,
    check() {
      caller?.throwIfAborted();
      if (problem) throw problem;
    },
    /** Also ends a request nobody reads any more. */
    [Symbol.dispose]() {
      clearTimeout(timer);
      clearTimeout(longest);
      caller?.removeEventListener('abort', onAbort);
      controller.abort();
    },
  };
}
