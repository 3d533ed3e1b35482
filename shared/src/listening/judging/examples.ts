import type { Tx } from '../../platform/index.ts';
import type { Example } from './judgement.ts';

/** Of each kind, for a model: more crowds out the posts. */
const PER_KIND = 6;
/** How much more of one kind than of the other: a list of praise alone teaches to praise. */
const MOST_MORE = 3;
const LATEST = 60;

/** The latest thumbs of a campaign, newest first. */
export async function readExamples(tx: Tx, orgId: string, campaignId: string): Promise<Example[]> {
  const rows = await tx
    .selectFrom('post_feedback as f')
    .innerJoin('posts as p', 'p.id', 'f.post_id')
    .select(['p.text', 'f.thumb', 'f.note'])
    .where('f.org_id', '=', orgId)
    .where('f.campaign_id', '=', campaignId)
    .orderBy('f.created_at', 'desc')
    .limit(LATEST)
    .execute();
  return rows.map(({ text, thumb, note }) => ({ text, note, thumb: thumb === 1 ? 1 : -1 }));
}

/** For a request to a model: the latest of both kinds, neither far in the majority, alternating. */
export function balanced(examples: readonly Example[]): Example[] {
  const ups = examples.filter(({ thumb }) => thumb === 1);
  const downs = examples.filter(({ thumb }) => thumb === -1);
  const most = Math.min(PER_KIND, Math.min(ups.length, downs.length) + MOST_MORE);
  const chosen: Example[] = [];
  for (let index = 0; index < most; index++)
    chosen.push(...ups.slice(index, index + 1), ...downs.slice(index, index + 1));
  return chosen;
}
