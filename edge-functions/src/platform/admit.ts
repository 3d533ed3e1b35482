import {
  API_KEY_PATTERN,
  type Database,
  databaseAs,
  knownScopes,
  NexusError,
  OrgRole,
  ROLE_SCOPES,
  sha256,
  type Tx,
} from '@nexus/shared/platform';
import type { MiddlewareHandler } from 'hono';
import { sql } from 'kysely';
import type { ApiConfiguration } from './configuration.ts';
import { takeToken } from './limits.ts';
import type { ApiEnv, ApiPorts, Identity } from './ports.ts';

/** How many requests of one process pass between two removals of what limits and idempotency no longer need. */
const SWEEP_EVERY = 1000;

/**
 * Tells who sends the request and counts it against their limit: a key's, a user's, or that of an address where nobody is
 * signed in. One transaction. Refused credentials count against a tighter limit of their address.
 */
export function admit({ kysely, verifyToken, configuration }: ApiPorts): MiddlewareHandler<ApiEnv> {
  const service = databaseAs(kysely, { role: 'service_role' });
  const { limits } = configuration;
  let admitted = 0;

  return async (c, next) => {
    const credential = await readCredential(c.req.header('authorization'), verifyToken);
    const identity = await service.transaction().execute(async (tx) => {
      if (++admitted % SWEEP_EVERY === 0) await sql`select private.sweep_requests()`.execute(tx);
      if (credential.kind === 'none') {
        await takeToken(tx, `address:${c.var.address}`, limits.address);
        return null;
      }
      return identify(tx, credential, limits);
    });

    if (identity === undefined) {
      await countGuess(service, c.var.address, limits);
      throw new NexusError(
        'sign-in-needed',
        'The token or key is not valid, or not any more. Sign in again or make a new key.',
      );
    }
    if (identity)
      c.var.log.set({
        actor: identity.kind,
        userId: identity.userId,
        keyId: identity.kind === 'key' ? identity.keyId : undefined,
      });
    c.set('identity', identity);
    await next();
  };
}

/** For routes that answer whether a secret exists. */
export function limitGuessing({ kysely, configuration }: ApiPorts): MiddlewareHandler<ApiEnv> {
  const service = databaseAs(kysely, { role: 'service_role' });
  return async (c, next) => {
    await countGuess(service, c.var.address, configuration.limits);
    await next();
  };
}

function countGuess(service: Database, address: string, limits: ApiConfiguration['limits']): Promise<void> {
  return service.transaction().execute((tx) => takeToken(tx, `guessing:${address}`, limits.guessing));
}

type Credential =
  | { kind: 'none' }
  | { kind: 'refused' }
  | { kind: 'key'; hash: string }
  | { kind: 'user'; userId: string; email: string };

async function readCredential(header: string | undefined, verifyToken: ApiPorts['verifyToken']): Promise<Credential> {
  if (header === undefined) return { kind: 'none' };
  const token = /^Bearer +(\S+)$/i.exec(header)?.[1];
  if (token === undefined) return { kind: 'refused' };
  if (token.startsWith('nx_')) {
    return API_KEY_PATTERN.test(token) ? { kind: 'key', hash: await sha256(token) } : { kind: 'refused' };
  }
  const claims = await verifyToken(token);
  if (claims === null) return { kind: 'refused' };
  // Official clients send the public key as a token before anybody has signed in.
  if (claims.role === 'anon') return { kind: 'none' };
  return { kind: 'user', userId: claims.userId, email: claims.email };
}

/** Undefined for credentials that are refused. */
async function identify(
  tx: Tx,
  credential: Exclude<Credential, { kind: 'none' }>,
  limits: ApiConfiguration['limits'],
): Promise<Identity | undefined> {
  if (credential.kind === 'refused') return undefined;
  if (credential.kind === 'key') return identifyKey(tx, credential.hash, limits);

  await takeToken(tx, `user:${credential.userId}`, limits.user);
  const orgs = await tx
    .selectFrom('members')
    .innerJoin('orgs', 'orgs.id', 'members.org_id')
    .select(['orgs.id', 'orgs.name', 'members.role'])
    .where('members.user_id', '=', credential.userId)
    .orderBy('members.created_at')
    .orderBy('orgs.id')
    .execute();
  return { ...credential, orgs: orgs.map((org) => ({ ...org, role: OrgRole.parse(org.role) })) };
}

async function identifyKey(tx: Tx, hash: string, limits: ApiConfiguration['limits']): Promise<Identity | undefined> {
  const { rows } = await sql<{
    key_id: string;
    org_id: string;
    org_name: string;
    user_id: string;
    role: string;
    scopes: string[];
    email: string;
  }>`select * from private.authenticate_key(${hash})`.execute(tx);
  const [key] = rows;
  if (!key) return undefined;

  await takeToken(tx, `key:${key.key_id}`, limits.key);
  const role = OrgRole.parse(key.role);
  return {
    kind: 'key',
    userId: key.user_id,
    email: key.email,
    keyId: key.key_id,
    scopes: new Set(knownScopes(key.scopes).filter((scope) => ROLE_SCOPES[role].has(scope))),
    orgs: [{ id: key.org_id, name: key.org_name, role }],
  };
}
