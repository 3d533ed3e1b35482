import { z } from 'zod';
import { NexusError } from '../../platform/errors.ts';

export interface Refusal {
  readonly status: number;
  /** The service's own words, for the log, and for the user when the request itself was wrong. */
  readonly message: string;
  readonly retryAfterSeconds?: number;
  /** The service said that the key, and not the request, is wrong, whatever the status. */
  readonly isKeyRefused?: boolean;
  /** Nothing is left on the account: waiting does not help. */
  readonly isOutOfCredit?: boolean;
}

/** One meaning per HTTP status for every service. `keyName` is what the user calls the key. */
export function upstreamProblem(label: string, keyName: string, refusal: Refusal, cause: unknown): NexusError {
  const { status } = refusal;
  if (status === 401 || status === 403 || refusal.isKeyRefused) {
    return new NexusError('upstream-refused', `${label} refused the ${keyName}. Check the key in the settings.`, {
      cause,
    });
  }
  if (status === 402 || refusal.isOutOfCredit) {
    return new NexusError('upstream-refused', `The account behind the ${keyName} has no credit left.`, { cause });
  }
  if (status === 429) {
    const retryAfterSeconds = refusal.retryAfterSeconds ?? 30;
    return new NexusError('upstream-limited', `${label} asks to wait ${retryAfterSeconds} seconds.`, {
      cause,
      retryAfterSeconds,
    });
  }
  if (status >= 500 || status === 408) {
    return new NexusError('upstream-down', `${label} has a problem of its own (status ${status}).`, {
      cause,
      ...(refusal.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: refusal.retryAfterSeconds }),
    });
  }
  return new NexusError('upstream-refused', `${label} refused the request: ${refusal.message.slice(0, 300)}`, {
    cause,
  });
}

export function unreachable(label: string, cause: unknown): NexusError {
  return new NexusError('upstream-down', `${label} could not be reached.`, { cause });
}

/** The connection ended before the answer did. */
export function cutShort(label: string, cause?: unknown): NexusError {
  return new NexusError('upstream-down', `${label} broke off in the middle of its answer.`, { cause });
}

export function unreadable(label: string, cause: unknown): NexusError {
  return new NexusError(
    'upstream-refused',
    `${label} answered with something that is not its API. Check the base URL.`,
    { cause },
  );
}

/** Reads what came from outside; anything unexpected is `upstream-refused`. */
export function parseAnswer<Schema extends z.ZodType>(
  label: string,
  schema: Schema,
  answer: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(answer);
  if (!parsed.success) throw unreadable(label, parsed.error);
  return parsed.data;
}

/** RFC 9110 `Retry-After`: seconds, or a date. */
export function retryAfterSeconds(header: string | null | undefined): number | undefined {
  if (!header) return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, Math.ceil(seconds));
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - Date.now()) / 1000));
}
