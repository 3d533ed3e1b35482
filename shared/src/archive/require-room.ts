import { sql } from 'kysely';
import { NexusError, type Tx } from '../platform/index.ts';

/**
 * Bytes that still fit into the organisation's storage, never below 0; null without a limit: then the disk is the limit. What
 * open uploads announced is taken. Who asks takes turns with the others until the transaction ends, so that no room is given twice.
 */
export async function roomLeft(tx: Tx, orgId: string): Promise<number | null> {
  const org = await tx.selectFrom('orgs').select('storage_limit_bytes').where('id', '=', orgId).executeTakeFirst();
  if (!org?.storage_limit_bytes) return null;

  await sql`select pg_advisory_xact_lock(hashtextextended('nexus.room:' || ${orgId}::text, 0))`.execute(tx);
  const { rows } = await sql<{ taken: number }>`
    select ((select coalesce(sum(size_bytes), 0) from items where org_id = ${orgId})
      + (select coalesce(sum(size_bytes), 0) from upload_reservations where org_id = ${orgId} and expires_at > now()))::float8 as taken
  `.execute(tx);
  return Math.max(0, org.storage_limit_bytes - Number(rows[0]?.taken ?? 0));
}

/** Throws `quota-exceeded` when so many more bytes do not fit. Originals count, what is made from them does not. */
export async function requireRoom(tx: Tx, orgId: string, moreBytes: number): Promise<void> {
  const room = await roomLeft(tx, orgId);
  if (room !== null && moreBytes > room) throw noRoom();
}

/** The same before an upload, when those that are finished but belong to no item and hold no room yet take room too. */
export async function requireRoomForUpload(tx: Tx, orgId: string, moreBytes: number): Promise<void> {
  const room = await roomLeft(tx, orgId);
  if (room === null) return;
  const { rows } = await sql<{ bytes: string }>`
    select coalesce(sum((o.metadata ->> 'size')::bigint), 0) as bytes from storage.objects o
    where o.bucket_id = 'media' and o.name like ${`${orgId}/uploads/%`}
      and not exists (select from items i where i.original_path = o.name or i.subtitle_path = o.name)
      and not exists (select from upload_reservations r where r.path = o.name and r.expires_at > now())`.execute(tx);
  if (moreBytes > room - Number(rows[0]?.bytes ?? 0)) throw noRoom();
}

export const noRoom = (): NexusError =>
  new NexusError(
    'quota-exceeded',
    'This does not fit into the storage of your organisation. Delete something or raise its limit.',
  );
