import { sql } from 'kysely';
import type { Tx } from '../../platform/index.ts';

/** Brings back what was snoozed until now, as it was before. Of every organisation; answers how many. */
export async function wakeOpportunities(tx: Tx, now: Date): Promise<number> {
  const { numAffectedRows } = await sql`
    update opportunities set snoozed_until = null, state_before = null, state = case
      when state_before in ('new', 'drafted', 'waiting') then state_before
      when coalesce(trim(draft), '') <> '' then 'drafted'
      else 'new' end
    where state = 'snoozed' and snoozed_until <= ${now.toISOString()}::timestamptz
  `.execute(tx);
  return Number(numAffectedRows ?? 0n);
}
