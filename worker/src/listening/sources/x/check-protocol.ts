import { sql } from 'kysely';
import type { WorkerPorts } from '../../../platform/ports.ts';
import { readStoredProtocol } from '../read-stored-protocol.ts';
import { currentProtocol } from './current-protocol.ts';
import { knownOrg } from './known-org.ts';
import { probeProtocol } from './probe-protocol.ts';
import type { XProtocol } from './protocol.ts';
import { storeProtocol } from './store-protocol.ts';

const EVERY_MINUTES = 50;

/**
 * The canary: tells that X has changed before a run does. By the clock of every worker; one of them does it, and only where somebody
 * searches X. It costs one request of one account.
 */
export async function checkProtocol(ports: WorkerPorts): Promise<void> {
  const org = await knownOrg(ports);
  if (!org) return;
  const protocol = currentProtocol(await readStoredProtocol(ports.db, 'x'));
  if (!(await claimCheck(ports, protocol))) return;

  const outcome = await probeProtocol(ports, org, protocol, AbortSignal.timeout(120_000));
  await storeProtocol(ports, protocol, outcome);
  const found = outcome === null ? 'good' : outcome === 'unknown' ? 'unknown' : 'changed';
  ports.log({ event: 'x-protocol-checked', version: protocol.version, outcome: found });
}

/** True for one worker in the hour. */
async function claimCheck({ db, now }: WorkerPorts, { version, ...rest }: XProtocol): Promise<boolean> {
  const at = now();
  const before = new Date(at.getTime() - EVERY_MINUTES * 60_000);
  const { rows } = await db.transaction().execute((tx) =>
    sql`
      insert into public.source_protocols (source, version, data, checked_at)
      values ('x', ${version}, ${JSON.stringify({ version, ...rest })}::jsonb, ${at}::timestamptz)
      on conflict (source) do update set checked_at = excluded.checked_at
      where source_protocols.checked_at is null or source_protocols.checked_at < ${before}::timestamptz
      returning source`.execute(tx),
  );
  return rows.length === 1;
}
