import type { Tx } from '@nexus/shared/platform';
import { EPISODE_COLUMNS, FEED_COLUMNS, type Manifest, type Row, VERDICT_COLUMNS } from './archive-format.ts';
import { readRows } from './read-rows.ts';

type Belongings = Pick<Manifest, 'organisation' | 'collections' | 'people' | 'vocabulary' | 'feeds' | 'verdicts'>;

/** What an archive holds besides its items. */
export async function collectOrganisation(tx: Tx, orgId: string): Promise<Belongings> {
  const { name } = await tx.selectFrom('orgs').select('name').where('id', '=', orgId).executeTakeFirstOrThrow();
  const mine = { column: 'org_id', value: orgId };
  const verdicts = await readRows(tx, 'duplicate_pairs', VERDICT_COLUMNS, mine, 'created_at');
  const vocabulary = await tx
    .selectFrom('vocabulary')
    .select('term')
    .where('org_id', '=', orgId)
    .orderBy('term')
    .execute();
  return {
    organisation: name,
    collections: await tx
      .selectFrom('collections')
      .select(['name', 'description'])
      .where('org_id', '=', orgId)
      .orderBy('name')
      .execute(),
    people: await tx
      .selectFrom('speakers')
      .select(['name', 'colour'])
      .where('org_id', '=', orgId)
      .orderBy('name')
      .execute(),
    vocabulary: vocabulary.map(({ term }) => term),
    feeds: await feedsOf(tx, orgId),
    verdicts: verdicts.filter(({ verdict }) => verdict !== null),
  };
}

async function feedsOf(tx: Tx, orgId: string): Promise<Manifest['feeds']> {
  const rows = await readRows(tx, 'feeds', ['id', ...FEED_COLUMNS], { column: 'org_id', value: orgId }, 'url');
  const feeds = [];
  for (const { id, ...feed } of rows) {
    const of = { column: 'feed_id', value: String(id) };
    const episodes: Row[] = await readRows(tx, 'feed_episodes', EPISODE_COLUMNS, of, 'guid');
    feeds.push({ ...feed, episodes });
  }
  return feeds as Manifest['feeds'];
}
