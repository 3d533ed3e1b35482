import type { ItemRow } from '@nexus/shared/archive';
import type { Tx } from '@nexus/shared/platform';
import { sql } from 'kysely';
import { NO_ORIGINALS } from './find-equal-file.ts';
import { askedKeys } from './fingerprint-keys.ts';

const MOST_BY_KEYS = 12;
/** Music over a telephone keeps hardly a key, but its length. */
const MOST_BY_LENGTH = 8;
const ALIKE_SECONDS = 0.5;

/** What may sound like the given recording: who shares most keys with it, and who is as long. Ids alone. */
export async function findCandidates(
  tx: Tx,
  item: Pick<ItemRow, 'id' | 'org_id'>,
  sound: { keys: readonly number[]; durationSeconds: number },
): Promise<string[]> {
  const byKeys = await sql<{ item_id: string }>`
    select item_id from private.fingerprint_candidates(${item.org_id}::uuid, ${`{${askedKeys(sound.keys).join(',')}}`}::integer[], ${MOST_BY_KEYS + 1})
  `.execute(tx);
  const byLength = await tx
    .selectFrom('fingerprints')
    .select('item_id')
    .where('org_id', '=', item.org_id)
    .where('duration_seconds', '>=', sound.durationSeconds - ALIKE_SECONDS)
    .where('duration_seconds', '<=', sound.durationSeconds + ALIKE_SECONDS)
    .orderBy(sql`abs(duration_seconds - ${sound.durationSeconds})`)
    .limit(MOST_BY_LENGTH + 1)
    .execute();
  const ids = new Set([...byKeys.rows, ...byLength].map(({ item_id }) => item_id));
  ids.delete(item.id);
  if (ids.size === 0) return [];
  const originals = await tx
    .selectFrom('items')
    .select('id')
    .where('id', 'in', [...ids])
    .where('status', 'not in', NO_ORIGINALS)
    .execute();
  return originals.map(({ id }) => id);
}
