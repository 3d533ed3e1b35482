import type { Kysely } from 'kysely';
import { databaseAs, type Database, type DB } from './database.ts';

/** Somebody who is signed in but may not belong to an organisation yet. */
export interface Caller {
  readonly userId: string;
  /** As the sign-in service has confirmed it. */
  readonly email: string;
  /** Runs as this user, in all organisations of theirs. */
  readonly db: Database;
}

export function callerOf(kysely: Kysely<DB>, userId: string, email: string): Caller {
  return { userId, email, db: databaseAs(kysely, { role: 'authenticated', sub: userId }) };
}

/** For the audit of what a caller does before there is a `Context`. */
export function actsIn(caller: Caller, orgId: string) {
  return { orgId, actor: { kind: 'user', userId: caller.userId, keyId: null } as const };
}
