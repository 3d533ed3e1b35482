import type { CampaignQuery } from '@nexus/shared/listening';

/** What is marked in a post that this query found: its phrases, each word of its keywords, hashtags and handles with their sign. */
export function wordsOfQuery(query: CampaignQuery): string[] {
  return [
    ...query.phrases,
    ...query.keywords.flatMap((keyword) => keyword.split(/\s+/)),
    ...query.hashtags.map((tag) => `#${tag}`),
    ...query.mentions.map((handle) => `@${handle}`),
  ].filter((word) => word.trim().length > 1);
}
