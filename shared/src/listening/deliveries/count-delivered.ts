import { sql } from 'kysely';
import type { Tx } from '../../platform/database.ts';

/** Adds to a count of the run it belongs to, which may be over for long. */
export async function countDelivered(
  tx: Tx,
  orgId: string,
  runId: string,
  count: 'delivered' | 'deliveriesFailed',
  by: 1 | -1 = 1,
): Promise<void> {
  await sql`
    update runs
    set counts = counts || jsonb_build_object(${count}::text, greatest(0, coalesce((counts ->> ${count}::text)::int, 0) + ${by}::int))
    where id = ${runId} and org_id = ${orgId}`.execute(tx);
}
