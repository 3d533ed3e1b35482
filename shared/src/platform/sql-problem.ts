import { NexusError, type ProblemCode } from './errors.ts';

/** What SQL functions raise on purpose, by errcode: NX0.. platform. Adding one is a line here and a `raise` there. */
const RAISED: Record<string, [ProblemCode, string]> = {
  NX001: ['conflict', 'This installation has an owner already. Sign in, or ask the owner for an invitation.'],
  NX002: ['not-found', 'This invitation does not exist, has expired, or was used. Ask for a new one.'],
  NX003: ['forbidden', 'This invitation was made for another email address. Sign in with that address.'],
  NX004: ['conflict', 'The organisation needs an owner. Make somebody else an owner first.'],
  // Row-level security or a missing grant.
  '42501': ['forbidden', 'Your role does not allow this.'],
  // U+0000 and half surrogates pass JSON but not Postgres, in text and in jsonb.
  '22021': ['invalid-input', 'The text has a character that cannot be stored, such as U+0000. Remove it.'],
  '22P05': ['invalid-input', 'The text has a character that cannot be stored, such as U+0000. Remove it.'],
};

/** Classes of SQLSTATE, and codes of sockets, that say the database is away, not that the statement is wrong. */
const AWAY = /^(08...|57P0[123]|53300|ECONN(REFUSED|RESET)|ETIMEDOUT)$/;

/** The expected failure behind a database error, or null when it is a defect. Both drivers put SQLSTATE in `code`. */
export function problemOfSql(error: unknown): NexusError | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null;
  const raised = RAISED[error.code];
  if (raised) return new NexusError(raised[0], raised[1], { cause: error });
  if (!AWAY.test(error.code)) return null;
  return new NexusError('upstream-down', 'The database does not answer. Try again in a moment.', {
    cause: error,
    retryAfterSeconds: 5,
  });
}
