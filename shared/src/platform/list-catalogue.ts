import type { Context } from './context.ts';
import { CatalogueEntry, type CatalogueKind } from './contracts.ts';
import { requireScope } from './roles.ts';

/** What the running worker can do, of one kind or of all. */
export async function listCatalogue(ctx: Context, { kind }: { kind?: CatalogueKind }): Promise<CatalogueEntry[]> {
  requireScope(ctx.actor, 'platform:read');
  const rows = await ctx.db.transaction().execute((tx) => {
    const query = tx.selectFrom('catalogue').selectAll().orderBy('kind').orderBy('label');
    return (
      kind ? query.where('kind', '=', kind) : query.where('kind', 'in', [...CatalogueEntry.shape.kind.options])
    ).execute();
  });
  return rows.map((row) =>
    CatalogueEntry.parse({
      kind: row.kind,
      id: row.id,
      label: row.label,
      description: row.description,
      limits: row.limits,
      settingsSchema: row.settings_schema,
      credentialsSchema: row.credentials_schema,
    }),
  );
}
