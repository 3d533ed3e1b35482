import type { Database } from '@nexus/shared/platform';

/** How a source speaks, newer than what it shipped with; null when nothing is stored. The same for all organisations. */
export async function readStoredProtocol(db: Database, source: string): Promise<unknown> {
  return db.transaction().execute(async (tx) => {
    const row = await tx.selectFrom('source_protocols').select('data').where('source', '=', source).executeTakeFirst();
    return row?.data ?? null;
  });
}
