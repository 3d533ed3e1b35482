import { type Context, requireScope } from '../platform/index.ts';
import type { Transfer } from './transfer-contracts.ts';
import { toTransfer } from './transfer-rows.ts';

/** Exports and imports, newest first, at most 50; none for whoever may only read. */
export async function listTransfers(ctx: Context): Promise<Transfer[]> {
  requireScope(ctx.actor, 'archive:read');
  const rows = await ctx.db
    .transaction()
    .execute((tx) =>
      tx
        .selectFrom('transfers')
        .selectAll()
        .where('org_id', '=', ctx.orgId)
        .orderBy('created_at', 'desc')
        .limit(50)
        .execute(),
    );
  return rows.map(toTransfer);
}
