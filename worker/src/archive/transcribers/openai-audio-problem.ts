import { isProblem, NexusError } from '@nexus/shared/platform';

const DEFAULT_WAIT_SECONDS = 30;

/** Gives every failure of the `openai` client its meaning for the job and for the person who set it up. */
export async function openaiAudioProblem(label: string, error: unknown, signal: AbortSignal): Promise<NexusError> {
  if (isProblem(error)) return error;
  const cause = error;
  if (signal.aborted) return new NexusError('canceled', 'Canceled.', { cause });
  const { APIConnectionError, APIError } = await import('openai');
  if (error instanceof APIConnectionError)
    return new NexusError('upstream-down', `${label} could not be reached.`, { cause });
  if (!(error instanceof APIError) || error.status === undefined) {
    return new NexusError('upstream-down', `${label} broke off in the middle of its answer.`, { cause });
  }

  const { status } = error;
  if (status === 401 || status === 403) {
    return new NexusError('upstream-refused', `${label} refused the API key. Check the key in the settings.`, {
      cause,
    });
  }
  if (status === 402 || error.code === 'insufficient_quota') {
    return new NexusError('upstream-refused', 'The account behind the API key has no credit left.', { cause });
  }
  if (status === 429) {
    const retryAfterSeconds = waitSeconds(error.headers?.get('retry-after')) ?? DEFAULT_WAIT_SECONDS;
    return new NexusError('upstream-limited', `${label} asks to wait ${retryAfterSeconds} seconds.`, {
      cause,
      retryAfterSeconds,
    });
  }
  if (status >= 500 || status === 408) {
    return new NexusError('upstream-down', `${label} has a problem of its own (status ${status}).`, { cause });
  }
  return new NexusError('upstream-refused', `${label} refused the request: ${error.message.slice(0, 300)}`, { cause });
}

/** RFC 9110 `Retry-After`: seconds, or a date. */
function waitSeconds(header: string | null | undefined): number | undefined {
  if (!header) return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, Math.ceil(seconds));
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - Date.now()) / 1000));
}
