import type { Database } from './database.ts';
import type { Log, ObjectStore, Queue, Vault } from './ports.ts';
import type { Scope, OrgRole } from './roles.ts';

/** Who acts. A key acts for the member who made it, within its scopes; the system is the worker. */
export interface Actor {
  readonly kind: 'user' | 'key' | 'system';
  /** The member's user id; null for the system. */
  readonly userId: string | null;
  readonly keyId: string | null;
  readonly role: OrgRole | 'system';
  readonly scopes: ReadonlySet<Scope>;
}

/** What every verb receives: a plain record built by each `main`. */
export interface Context {
  readonly orgId: string;
  readonly actor: Actor;
  /** Transactions run as the caller under row-level security; the worker's as `service_role`. */
  readonly db: Database;
  readonly queue: Queue;
  readonly storage: ObjectStore;
  readonly vault: Vault;
  readonly log: Log;
  readonly now: () => Date;
}
