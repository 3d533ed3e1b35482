import { z } from 'zod';
import type { Context } from './context.ts';
import { AuditEntry } from './contracts.ts';
import { decodeCursor, pageOf, type PageQuery } from './cursor.ts';
import { requireScope } from './roles.ts';

/** Who did what, newest first. */
export async function listAudit(
  ctx: Context,
  { cursor, limit }: PageQuery,
): Promise<{ entries: AuditEntry[]; nextCursor: string | null }> {
  requireScope(ctx.actor, 'platform:admin');
  const before = cursor === undefined ? null : decodeCursor(cursor, z.tuple([z.number().int()]))[0];

  const found = await ctx.db.transaction().execute((tx) => {
    const query = tx
      .selectFrom('audit_log')
      .selectAll()
      .where('org_id', '=', ctx.orgId)
      .orderBy('id', 'desc')
      .limit(limit + 1);
    return (before === null ? query : query.where('id', '<', before)).execute();
  });
  const { rows, nextCursor } = pageOf(found, limit, (row) => [row.id]);
  const entries = rows.map((row) =>
    AuditEntry.parse({
      id: row.id,
      actorKind: row.actor_kind,
      actorUserId: row.actor_user_id,
      action: row.action,
      subjectKind: row.subject_kind,
      subjectId: row.subject_id,
      details: row.details,
      createdAt: row.created_at.toISOString(),
    }),
  );
  return { entries, nextCursor };
}
