import type { JudgingTask } from '../judging/judgement.ts';

/** What the campaign's owner says of the organisation, in the part of a request that is trusted. */
export function campaignText({ query, brief }: Pick<JudgingTask, 'query' | 'brief'>): string {
  const terms = [
    ...query.keywords,
    ...query.phrases.map((phrase) => `“${phrase}”`),
    ...query.hashtags.map((tag) => `#${tag.replace(/^#/, '')}`),
    ...query.mentions.map((mention) => `@${mention.replace(/^@/, '')}`),
  ];
  return [
    `The organisation: ${brief.about || 'not described'}`,
    `It looks for: ${brief.seeks || 'posts that it should know of or answer'}`,
    ...(brief.names.length > 0 ? [`Names it follows, its own and others’: ${brief.names.join(', ')}`] : []),
    ...(terms.length > 0 ? [`The posts were found by: ${terms.join(', ').slice(0, 600)}`] : []),
  ].join('\n');
}
