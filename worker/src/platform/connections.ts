import { type Actor, type Connection, instanceConnections, openConnections } from '@nexus/shared/platform';
import type { WorkerPorts } from './ports.ts';

/** Connections of a kind in the order to try: the organisation's own, then the instance's. */
export async function connectionsOf(
  ports: Pick<WorkerPorts, 'db' | 'vault' | 'keys'>,
  orgId: string,
  kind: 'transcriber' | 'model' | 'embedder',
): Promise<Connection[]> {
  const own = await ports.db.transaction().execute((tx) => openConnections(tx, ports.vault, orgId, kind));
  return [...own, ...instanceConnections(ports.keys, kind)];
}

/** The worker itself, as an actor for verbs. */
export const SYSTEM: Actor = { kind: 'system', userId: null, keyId: null, role: 'system', scopes: new Set() };
