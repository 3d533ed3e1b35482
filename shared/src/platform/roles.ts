import { z } from 'zod';
import { NexusError } from './errors.ts';
import type { Actor } from './context.ts';

/** Ordered from most to least. */
export const OrgRole = z.enum(['owner', 'admin', 'member', 'viewer']);
export type OrgRole = z.infer<typeof OrgRole>;

/** `capability:read|write`; `platform:admin` covers members, keys and credentials. */
export const SCOPES = [
  'platform:read',
  'platform:admin',
  'archive:read',
  'archive:write',
  'assistant:read',
  'assistant:write',
  'listening:read',
  'listening:write',
] as const;
export const Scope = z.enum(SCOPES);
export type Scope = z.infer<typeof Scope>;

const READ: Scope[] = ['platform:read', 'archive:read', 'assistant:read', 'listening:read'];
const WRITE: Scope[] = ['archive:write', 'assistant:write', 'listening:write'];

/** The most a role may do; a key's own scopes are intersected with its maker's role. */
export const ROLE_SCOPES: Record<OrgRole, ReadonlySet<Scope>> = {
  owner: new Set(SCOPES),
  admin: new Set(SCOPES),
  member: new Set([...READ, ...WRITE]),
  viewer: new Set(READ),
};

/** First line of every verb. Throws `forbidden` naming the missing scope. */
export function requireScope(actor: Actor, scope: Scope): void {
  if (actor.kind === 'system' || actor.scopes.has(scope)) return;
  throw new NexusError('forbidden', `This needs the permission ${scope}. Ask an owner of the organisation for it.`);
}
