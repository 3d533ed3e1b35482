import type { Tx } from '@nexus/shared/platform';
import { EPISODE_COLUMNS, FEED_COLUMNS, type Manifest, type Row, VERDICT_COLUMNS } from './archive-format.ts';
import { writeRows } from './read-rows.ts';
import { personNamed } from './restore-speakers.ts';

/** Collections, people and words to expect: what is here by the same name stays as it is. */
export async function restoreBelongings(tx: Tx, orgId: string, manifest: Manifest): Promise<void> {
  for (const { name, description } of manifest.collections)
    await tx
      .insertInto('collections')
      .values({ org_id: orgId, name, description })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  for (const { name, colour } of manifest.people) await personNamed(tx, orgId, name, colour);
  for (const term of manifest.vocabulary)
    await tx
      .insertInto('vocabulary')
      .values({ org_id: orgId, term })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
}

/** Follows what was followed, with what has come from it, so that no episode comes twice. */
export async function restoreFeeds(
  tx: Tx,
  orgId: string,
  manifest: Manifest,
  idHere: (archivedId: string) => string | undefined,
): Promise<void> {
  for (const { episodes, ...feed } of manifest.feeds) {
    const here = await tx
      .selectFrom('feeds')
      .select('id')
      .where('org_id', '=', orgId)
      .where('url', '=', String(feed.url))
      .executeTakeFirst();
    if (here) continue;
    const id = crypto.randomUUID();
    await writeRows(tx, 'feeds', FEED_COLUMNS, { id, org_id: orgId }, [feed]);
    const rows = episodes.map((episode: Row) => ({ ...episode, item_id: idHere(String(episode.item_id)) ?? null }));
    await writeRows(tx, 'feed_episodes', EPISODE_COLUMNS, { feed_id: id, org_id: orgId }, rows);
  }
}

/** What was decided between this item and those that are here, before anything compares them anew. */
export async function restoreVerdicts(
  tx: Tx,
  orgId: string,
  itemId: string,
  verdicts: readonly Row[],
  idHere: (archivedId: string) => string | undefined,
): Promise<void> {
  const rows = verdicts.flatMap((verdict) => {
    const [first, second] = [idHere(String(verdict.first_id)), idHere(String(verdict.second_id))];
    const isOurs = first && second && first !== second && (first === itemId || second === itemId);
    return isOurs ? [inOrder({ ...verdict, first_id: first, second_id: second })] : [];
  });
  await writeRows(tx, 'duplicate_pairs', VERDICT_COLUMNS, { org_id: orgId }, rows);
}

const MIRRORED: Record<string, string> = { contains: 'excerpt', excerpt: 'contains' };

/** The smaller id stands first; ids that were given anew may change places. */
function inOrder(pair: Row): Row {
  if (String(pair.first_id) < String(pair.second_id)) return pair;
  return {
    ...pair,
    first_id: pair.second_id!,
    second_id: pair.first_id!,
    first_share: pair.second_share ?? null,
    second_share: pair.first_share ?? null,
    first_start_seconds: pair.second_start_seconds ?? null,
    second_start_seconds: pair.first_start_seconds ?? null,
    relation: MIRRORED[String(pair.relation)] ?? pair.relation!,
  };
}
