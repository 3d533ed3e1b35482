import { sql } from 'kysely';
import type { Database } from './database.ts';

/** Whether this installation is set up: before, the web leads its first visitor to found an organisation. */
export async function ownerExists(db: Database): Promise<boolean> {
  const { rows } = await db
    .transaction()
    .execute((tx) => sql<{ exists: boolean }>`select private.owner_exists() as exists`.execute(tx));
  return rows[0]?.exists ?? false;
}
