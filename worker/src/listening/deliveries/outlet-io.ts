import { NexusError, openConnection } from '@nexus/shared/platform';
import type { WorkerPorts } from '../../platform/ports.ts';
import type { ArmedDelivery } from './armed-delivery.ts';
import type { Outlet, OutletIo } from './outlet.ts';

type Ports = Pick<WorkerPorts, 'db' | 'vault' | 'http' | 'keys' | 'now'>;

/** What an adapter works with, its connection opened. Throws `not-configured` when that is gone, off, or does not fit any more. */
export async function outletIo(
  outlet: Outlet,
  armed: ArmedDelivery,
  ports: Ports,
  signal: AbortSignal,
): Promise<OutletIo> {
  const { smtpUrl, mailFrom } = ports.keys;
  return {
    http: ports.http,
    signal,
    now: ports.now,
    ...(await connectionOf(outlet, armed, ports)),
    address: armed.settings.address,
    mail: smtpUrl && mailFrom ? { url: smtpUrl, from: mailFrom } : null,
  };
}

async function connectionOf(outlet: Outlet, { orgId, credentialId }: ArmedDelivery, { db, vault }: Ports) {
  if (credentialId === null) {
    if (outlet.needsConnection)
      throw new NexusError('not-configured', 'The connection of this target was forgotten. Choose another one.');
    return { settings: {}, credentials: {} };
  }
  const connection = await db.transaction().execute((tx) => openConnection(tx, vault, orgId, credentialId));
  if (!connection) throw new NexusError('not-configured', 'The connection of this target is switched off.');
  const isReadable =
    outlet.settings.safeParse(connection.settings).success &&
    outlet.credentials.safeParse(connection.credentials).success;
  if (!isReadable)
    throw new NexusError(
      'not-configured',
      `The connection “${connection.label}” is not complete. Open it and save it again.`,
    );
  return connection;
}
