import type { Context } from '../../platform/context.ts';
import { requireScope } from '../../platform/roles.ts';
import { SourceProtocol } from './protocol-contracts.ts';

/** What is stored of X; unchecked when nothing is: then it is spoken to as the release does. */
export async function getProtocol(ctx: Context): Promise<SourceProtocol> {
  requireScope(ctx.actor, 'listening:read');

  const row = await ctx.db
    .transaction()
    .execute((tx) =>
      tx
        .selectFrom('source_protocols')
        .select(['source', 'version', 'state', 'problem', 'checked_at', 'updated_at'])
        .where('source', '=', 'x')
        .executeTakeFirst(),
    );
  if (!row) {
    return { source: 'x', version: null, state: 'unchecked', problem: null, checkedAt: null, updatedAt: null };
  }
  return SourceProtocol.parse({
    source: row.source,
    version: row.version,
    state: row.checked_at === null && row.state === 'good' ? 'unchecked' : row.state,
    problem: row.problem,
    checkedAt: row.checked_at?.toISOString() ?? null,
    updatedAt: row.updated_at.toISOString(),
  });
}
