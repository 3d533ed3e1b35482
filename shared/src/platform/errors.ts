/** Every expected failure: its HTTP face and whether a job may try again. A closed table: nothing else is ever answered. */
export const PROBLEMS = {
  'invalid-input': { status: 422, retry: false, title: 'The request does not match its contract' },
  'bad-request': { status: 400, retry: false, title: 'The request cannot be read' },
  'sign-in-needed': { status: 401, retry: false, title: 'Sign in, or send a valid API key' },
  forbidden: { status: 403, retry: false, title: 'Your role or key does not allow this' },
  'not-found': { status: 404, retry: false, title: 'No such resource in this organisation' },
  conflict: { status: 409, retry: false, title: 'The request conflicts with what is there' },
  'too-large': { status: 413, retry: false, title: 'Larger than the limit' },
  'unsupported-media': { status: 415, retry: false, title: 'This kind of file is not supported' },
  'too-many-requests': { status: 429, retry: true, title: 'Too many requests' },
  'unreadable-media': { status: 422, retry: false, title: 'The file cannot be read' },
  'address-refused': { status: 422, retry: false, title: 'This address may not be fetched' },
  'quota-exceeded': { status: 402, retry: false, title: 'The quota of this organisation is used up' },
  'not-configured': { status: 503, retry: false, title: 'Something this needs is not set up' },
  'upstream-refused': { status: 502, retry: false, title: 'An external service refused the request' },
  'upstream-changed': { status: 502, retry: false, title: 'An external service answers in a shape that is not known' },
  'upstream-limited': { status: 503, retry: true, title: 'An external service asks to slow down' },
  'upstream-down': { status: 503, retry: true, title: 'An external service is unavailable' },
  'no-space': { status: 507, retry: true, title: 'The disk is full' },
  stalled: { status: 504, retry: true, title: 'No progress for too long' },
  canceled: { status: 409, retry: false, title: 'Canceled' },
  internal: { status: 500, retry: true, title: 'Unexpected failure' },
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

export interface ProblemOptions {
  /** For the log only; never shown to a user. */
  cause?: unknown;
  /** Which fields of the input are wrong, by their path. */
  fields?: Record<string, string[]>;
  /** When trying again makes sense; becomes `Retry-After` over HTTP. */
  retryAfterSeconds?: number;
}

/** The only error thrown on purpose. `detail` says what happened and what to do, in words a user can act on. */
export class NexusError extends Error {
  override readonly name = 'NexusError';
  readonly fields: Record<string, string[]> | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    readonly code: ProblemCode,
    readonly detail: string,
    options: ProblemOptions = {},
  ) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.fields = options.fields;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  get status(): number {
    return PROBLEMS[this.code].status;
  }

  /** Whether a job that failed with this may be tried again. */
  get mayRetry(): boolean {
    return PROBLEMS[this.code].retry;
  }
}

/** Narrows what a `catch` met to an expected failure, optionally of the given codes. */
export function isProblem(error: unknown, ...codes: ProblemCode[]): error is NexusError {
  return error instanceof NexusError && (codes.length === 0 || codes.includes(error.code));
}
