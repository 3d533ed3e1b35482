import type { NexusError } from '@nexus/shared/platform';
import type { WorkerPorts } from '../../../platform/ports.ts';
import type { XProtocol } from './protocol.ts';

/** What a check found; `unknown` leaves what the last one found, and so does a refresh that could not read X's web app. */
export type Outcome = NexusError | null | 'unknown' | { readonly unread: NexusError };

/** Writes a protocol with what is known of it. One with a higher version, written meanwhile, stays. */
export async function storeProtocol(
  { db, now }: Pick<WorkerPorts, 'db' | 'now'>,
  protocol: XProtocol,
  outcome: Outcome,
): Promise<void> {
  const row = {
    source: 'x',
    version: protocol.version,
    data: JSON.stringify(protocol),
    updated_at: now(),
    ...foundBy(outcome, now()),
  };
  await db.transaction().execute((tx) =>
    tx
      .insertInto('source_protocols')
      .values(row)
      .onConflict((conflict) =>
        conflict.column('source').doUpdateSet(row).where('source_protocols.version', '<=', protocol.version),
      )
      .execute(),
  );
}

function foundBy(outcome: Outcome, now: Date) {
  if (outcome === 'unknown') return {};
  const words = ({ code, detail }: NexusError) => JSON.stringify({ code, detail });
  if (outcome !== null && 'unread' in outcome) return { problem: words(outcome.unread) };
  return { state: outcome ? 'changed' : 'good', problem: outcome && words(outcome), checked_at: now };
}
