import { type Actor, callerOf, type Context, databaseAs, NexusError, ROLE_SCOPES } from '@nexus/shared/platform';
import type { MiddlewareHandler } from 'hono';
import type { ApiEnv, ApiPorts, Identity, Membership } from './ports.ts';

export const ORG_HEADER = 'x-nexus-org';

/** Somebody must be signed in; an organisation is not needed yet. */
export function requireCaller({ kysely }: ApiPorts): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const identity = requireIdentity(c.var.identity);
    c.set('caller', callerOf(kysely, identity.userId, identity.email));
    await next();
  };
}

/** Founding and joining organisations is for people: a key that leaks must not spread. */
export const requirePerson: MiddlewareHandler<ApiEnv> = async (c, next) => {
  if (c.var.identity?.kind === 'key') throw new NexusError('forbidden', 'Sign in for this; a key may not do it.');
  await next();
};

/** Builds the verbs' context for the organisation that the request is about. */
export function requireOrganisation(ports: ApiPorts): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const identity = requireIdentity(c.var.identity);
    const org = chooseOrganisation(identity, c.req.header(ORG_HEADER));
    c.var.log.set({ orgId: org.id });
    c.set('ctx', contextOf(ports, identity, org, c.var.log));
    await next();
  };
}

/** The one named in the header, else the oldest membership. */
export function chooseOrganisation(identity: Identity, wanted: string | undefined): Membership {
  const org = wanted === undefined ? identity.orgs[0] : identity.orgs.find(({ id }) => id === wanted.toLowerCase());
  if (org) return org;
  if (wanted === undefined) {
    throw new NexusError(
      'forbidden',
      'You belong to no organisation yet. Found one with POST /api/orgs, or accept an invitation.',
    );
  }
  throw new NexusError('not-found', 'The organisation in X-Nexus-Org does not exist, or you do not belong to it.');
}

export function actorOf(identity: Identity, org: Membership): Actor {
  return {
    kind: identity.kind,
    userId: identity.userId,
    keyId: identity.kind === 'key' ? identity.keyId : null,
    role: org.role,
    scopes: identity.kind === 'key' ? identity.scopes : ROLE_SCOPES[org.role],
  };
}

function contextOf(ports: ApiPorts, identity: Identity, org: Membership, log: Context['log']): Context {
  return {
    orgId: org.id,
    actor: actorOf(identity, org),
    db: databaseAs(ports.kysely, {
      role: 'authenticated',
      sub: identity.userId,
      nexus_org: org.id,
      ...(identity.kind === 'key' && { nexus_key: identity.keyId }),
    }),
    queue: ports.queue,
    storage: ports.storage,
    vault: ports.vault,
    log,
    now: ports.now,
  };
}

function requireIdentity(identity: Identity | null): Identity {
  if (identity) return identity;
  throw new NexusError('sign-in-needed', 'Sign in, or send an API key as "Authorization: Bearer nx_…".');
}
