import { NexusError } from '../../platform/index.ts';
import type { CampaignQuery } from '../campaign-contracts.ts';
import { checkPatterns } from '../judging/index.ts';

/** What is searched must name something to find. Throws `invalid-input` naming `query.…`. */
export function checkQuery(query: CampaignQuery): void {
  const { keywords, phrases, hashtags, mentions, follow } = query;
  if ([keywords, phrases, hashtags, mentions, follow].every((terms) => terms.length === 0)) {
    const detail = 'Name something to find: a keyword, a phrase, a hashtag, a mention or an author to follow.';
    throw new NexusError('invalid-input', detail, { fields: { 'query.keywords': [detail] } });
  }
  checkPatterns(query.excludePatterns);
}
