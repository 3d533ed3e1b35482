import { NexusError } from '../../platform/errors.ts';

/** Gives up on a service that says nothing for too long, and tells that apart from the caller's own abort. */
export interface Watch extends Disposable {
  /** Hand this to the request. */
  readonly signal: AbortSignal;
  /** Something came: the time starts again. */
  touch(): void;
  /** Throws the caller's reason when the caller gave up, or `upstream-down` when the service fell silent. Else returns. */
  check(): void;
}

export function watch(label: string, timeoutSeconds: number, caller: AbortSignal | undefined): Watch {
  caller?.throwIfAborted();
  const controller = new AbortController();
  let isSilent = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const touch = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      isSilent = true;
      controller.abort();
    }, timeoutSeconds * 1000);
  };
  const onAbort = () => controller.abort(caller?.reason);
  caller?.addEventListener('abort', onAbort, { once: true });
  touch();

  return {
    signal: controller.signal,
    touch,
    check() {
      caller?.throwIfAborted();
      if (isSilent) throw new NexusError('upstream-down', `${label} gave no answer for ${timeoutSeconds} seconds.`);
    },
    /** Also ends a request nobody reads any more. */
    [Symbol.dispose]() {
      clearTimeout(timer);
      caller?.removeEventListener('abort', onAbort);
      controller.abort();
    },
  };
}
