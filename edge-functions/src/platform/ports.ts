import type {
  Caller,
  Context,
  DB,
  InstanceKeys,
  Log,
  LogFields,
  ObjectStore,
  OrgRole,
  Queue,
  Scope,
  Vault,
} from '@nexus/shared/platform';
import type { Embedder } from '@nexus/shared/assistant';
import type { Kysely } from 'kysely';
import type { ApiConfiguration } from './configuration.ts';
import type { Metrics } from './metrics.ts';
import type { VerifyToken } from './tokens.ts';

/** What the API needs of the world. Each entry point builds its own. */
export interface ApiPorts {
  /** Connects as a user who may take the roles anon, authenticated and service_role and who owns pg-boss's schema. */
  readonly kysely: Kysely<DB>;
  readonly queue: Queue;
  readonly storage: ObjectStore;
  readonly vault: Vault;
  readonly verifyToken: VerifyToken;
  readonly configuration: ApiConfiguration;
  /** Receives one event per request. */
  readonly writeLog: (event: LogFields) => void;
  readonly now: () => Date;
  /** What the instance's environment gives to every organisation without connections of its own. */
  readonly keys: InstanceKeys;
  /** For questions, instead of the one that the organisation's connections or the keys would give. */
  readonly embedder?: Embedder;
  readonly metrics: Metrics;
}

export interface Membership {
  id: string;
  name: string;
  role: OrgRole;
}

/** Who sent the request, and where they belong, oldest membership first. A key belongs to one organisation. */
export type Identity = { userId: string; email: string; orgs: Membership[] } & (
  { kind: 'user' } | { kind: 'key'; keyId: string; scopes: ReadonlySet<Scope> }
);

/** Hono's types for what middleware leaves behind. */
export interface ApiEnv {
  Bindings: {
    /** The peer's IP address, from whoever holds the socket. */
    remoteAddress?: string;
  };
  Variables: {
    requestId: string;
    log: Log;
    address: string;
    identity: Identity | null;
    /** After `requireCaller`. */
    caller: Caller;
    /** After `requireOrganisation`. */
    ctx: Context;
  };
}
