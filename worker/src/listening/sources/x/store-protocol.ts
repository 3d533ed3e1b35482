import type { NexusError } from '@nexus/shared/platform';
import type { WorkerPorts } from '../../../platform/ports.ts';
import type { XProtocol } from './protocol.ts';

/** What a check found; `unknown` leaves what the last one found. */
export type Outcome = NexusError | null | 'unknown';

/** Writes a protocol with what is known of it. One with a higher version, written meanwhile, stays. */
export async function storeProtocol(
  { db, now }: Pick<WorkerPorts, 'db' | 'now'>,
  protocol: XProtocol,
  outcome: Outcome,
): Promise<void> {
  const problem = outcome === null || outcome === 'unknown' ? null : { code: outcome.code, detail: outcome.detail };
  const found = {
    state: problem ? ('changed' as const) : ('good' as const),
    problem: problem && JSON.stringify(problem),
    checked_at: now(),
  };
  const row = { source: 'x', version: protocol.version, data: JSON.stringify(protocol), updated_at: now() };
  await db.transaction().execute((tx) =>
    tx
      .insertInto('source_protocols')
      .values({ ...row, ...(outcome !== 'unknown' && found) })
      .onConflict((conflict) =>
        conflict
          .column('source')
          .doUpdateSet({ ...row, ...(outcome !== 'unknown' && found) })
          .where('source_protocols.version', '<=', protocol.version),
      )
      .execute(),
  );
}
