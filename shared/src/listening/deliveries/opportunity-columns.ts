import type { Opportunity } from '../opportunities/opportunity-contracts.ts';

type Cell = string | number | null;

interface ColumnOf {
  readonly heading: string;
  readonly cell: (opportunity: Opportunity, io: ColumnIo) => Cell;
}

export interface ColumnIo {
  /** Where an opportunity is looked at; null when the installation does not know its own address. */
  readonly linkTo: (opportunityId: string) => string | null;
}

/** What a table of opportunities can hold. Times are RFC 3339 in UTC. */
const COLUMNS = {
  value: { heading: 'Value', cell: ({ value }) => Math.round(value) },
  relevance: { heading: 'Relevance', cell: ({ analysis }) => analysis?.relevance ?? null },
  intent: { heading: 'Intent', cell: ({ analysis }) => analysis?.intent ?? null },
  urgency: { heading: 'Urgency', cell: ({ analysis }) => analysis?.urgency ?? null },
  sentiment: { heading: 'Sentiment', cell: ({ analysis }) => analysis?.sentiment ?? null },
  state: { heading: 'State', cell: ({ state }) => state },
  campaign: { heading: 'Campaign', cell: ({ campaign }) => campaign.name },
  network: { heading: 'Network', cell: ({ post }) => post.network },
  author: { heading: 'Author', cell: ({ post }) => post.author?.handle ?? null },
  authorName: { heading: "Author's name", cell: ({ post }) => post.author?.name ?? null },
  followers: { heading: 'Followers', cell: ({ post }) => post.author?.followers ?? null },
  text: { heading: 'Post', cell: ({ post }) => post.text },
  url: { heading: 'Address of the post', cell: ({ post }) => post.url },
  likes: { heading: 'Likes', cell: ({ post }) => post.engagement.likes },
  replies: { heading: 'Replies', cell: ({ post }) => post.engagement.replies },
  postedAt: { heading: 'Posted', cell: ({ post }) => post.postedAt },
  deadline: { heading: 'Answer until', cell: ({ deadline }) => deadline },
  reason: { heading: 'Why', cell: ({ analysis }) => analysis?.reason ?? null },
  insight: { heading: 'Insight', cell: ({ analysis }) => analysis?.insight ?? null },
  reply: {
    heading: 'Reply',
    cell: ({ draft, analysis }) => draft ?? analysis?.replies[0]?.text ?? null,
  },
  foundAt: { heading: 'Found', cell: ({ createdAt }) => createdAt },
  link: { heading: 'In Nexus', cell: ({ id }, { linkTo }) => linkTo(id) },
} as const satisfies Record<string, ColumnOf>;

type ColumnName = keyof typeof COLUMNS;

export const OPPORTUNITY_COLUMNS = Object.keys(COLUMNS) as [ColumnName, ...ColumnName[]];

export const headingOf = (column: ColumnName): string => COLUMNS[column].heading;

export const cellOf = (column: ColumnName, opportunity: Opportunity, io: ColumnIo): Cell =>
  (COLUMNS[column] as ColumnOf).cell(opportunity, io);

/** The page of an opportunity below the web's own address. */
export const opportunityLink = (publicUrl: string | null, opportunityId: string): string | null =>
  publicUrl && `${publicUrl}/listening?open=${opportunityId}`;
