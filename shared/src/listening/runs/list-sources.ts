import { z } from 'zod';
import { type Context, requireScope } from '../../platform/index.ts';
import { SourceInfo } from './source-contracts.ts';

/** As the worker writes them into the catalogue. */
const Limits = z.object({
  pageSize: z.int().default(0),
  searchesBackDays: z.int().nullable().default(null),
  usdPerPost: z.number().default(0),
  hasConversations: z.boolean().default(false),
});
const Schema = z.object({ required: z.array(z.string()).default([]) });
const Problem = z.object({ detail: z.string() }).nullable();

/** Where posts can be searched, with prices and limits, and what each needs that is or is not there. By name. */
export async function listSources(ctx: Context): Promise<SourceInfo[]> {
  requireScope(ctx.actor, 'listening:read');

  return ctx.db.transaction().execute(async (tx) => {
    const entries = await tx
      .selectFrom('catalogue')
      .selectAll()
      .where('kind', '=', 'source')
      .orderBy('label')
      .execute();
    const connections = await tx
      .selectFrom('credentials')
      .select(['id', 'label', 'adapter'])
      .where('org_id', '=', ctx.orgId)
      .where('kind', '=', 'source')
      .where('enabled', '=', true)
      .orderBy('position')
      .execute();
    const protocols = await tx.selectFrom('source_protocols').selectAll('source_protocols').execute();
    const accounts = await tx
      .selectFrom('accounts')
      .select((eb) => [
        'network',
        eb.fn.countAll<string>().as('all'),
        eb.fn.countAll<string>().filterWhere('is_enabled', '=', true).filterWhere('state', '=', 'active').as('usable'),
      ])
      .where('org_id', '=', ctx.orgId)
      .groupBy('network')
      .execute();

    return entries.map((entry) => {
      const protocol = protocols.find(({ source }) => source === entry.id);
      const pool = accounts.find(({ network }) => network === entry.id);
      return SourceInfo.parse({
        id: entry.id,
        label: entry.label,
        description: entry.description,
        ...Limits.parse(entry.limits),
        settingsSchema: entry.settings_schema,
        needsConnection: Schema.parse(entry.credentials_schema).required.length > 0,
        connections: connections.filter(({ adapter }) => adapter === entry.id).map(({ id, label }) => ({ id, label })),
        accounts: entry.id === 'x' ? { usable: Number(pool?.usable ?? 0), all: Number(pool?.all ?? 0) } : null,
        protocol: protocol
          ? {
              state: protocol.state,
              detail: Problem.parse(protocol.problem)?.detail ?? null,
              checkedAt: protocol.checked_at?.toISOString() ?? null,
            }
          : null,
      });
    });
  });
}
