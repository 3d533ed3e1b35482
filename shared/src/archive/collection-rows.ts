import { sql } from 'kysely';
import { NexusError, type Tx } from '../platform/index.ts';
import type { Collection } from './library-contracts.ts';

interface Row {
  id: string;
  name: string;
  description: string;
  item_count: number;
  created_at: Date;
}

/** By name, as people look them up; only the one with `id` when it is given. */
export async function readCollections(tx: Tx, orgId: string, id?: string): Promise<Collection[]> {
  const { rows } = await sql<Row>`
    select c.id, c.name, c.description, c.created_at,
      (select count(*)::int from collection_items m where m.collection_id = c.id) as item_count
    from collections c
    where c.org_id = ${orgId} ${id === undefined ? sql`` : sql`and c.id = ${id}`}
    order by lower(c.name), c.id
  `.execute(tx);
  return rows.map(({ item_count, created_at, ...row }) => ({
    ...row,
    itemCount: item_count,
    createdAt: created_at.toISOString(),
  }));
}

/** Throws `not-found` when the organisation has no such collection. */
export async function findCollection(tx: Tx, orgId: string, id: string): Promise<Collection> {
  const [collection] = await readCollections(tx, orgId, id);
  if (!collection) throw new NexusError('not-found', 'There is no such collection. It may have been deleted.');
  return collection;
}

/** `conflict` beside the field when another collection has this name; names that differ in case only are the same. */
export async function requireFreeName(tx: Tx, orgId: string, name: string, exceptId?: string): Promise<void> {
  // Two requests for the same name take turns, so that the second sees the first.
  await sql`select pg_advisory_xact_lock(hashtextextended('nexus.collections:' || ${orgId}::text, 0))`.execute(tx);
  const taken = await sql`
    select 1 from collections where org_id = ${orgId} and lower(name) = lower(${name}) and id is distinct from ${exceptId ?? null}::uuid
  `.execute(tx);
  if (taken.rows.length === 0) return;
  const detail = 'There is a collection with this name. Choose another.';
  throw new NexusError('conflict', detail, { fields: { name: [detail] } });
}
