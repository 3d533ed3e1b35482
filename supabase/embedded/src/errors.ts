/** What can go wrong while the embedded stack starts; each code names one situation its caller may want to tell apart. */
export type EmbeddedProblem =
  'database-locked' | 'database-newer' | 'migration-changed' | 'migration-failed' | 'secrets-unreadable';

/** An expected failure of the embedded stack. The message says what happened and what to do about it. */
export class EmbeddedError extends Error {
  override readonly name = 'EmbeddedError';

  constructor(
    readonly code: EmbeddedProblem,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}
