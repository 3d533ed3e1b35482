import type { CampaignQuery, FoundPost } from '@nexus/shared/listening';
import { NexusError } from '@nexus/shared/platform';
import { z } from 'zod';
import type { SearchPage } from './search-source.ts';

/** One word, phrase, tag or name: what can be asked for at a time where a search has no "or". */
export interface Lane {
  readonly kind: 'keyword' | 'phrase' | 'hashtag' | 'mention' | 'follow';
  readonly text: string;
}

/** What was found of one lane. */
export interface LanePage {
  readonly hits: readonly FoundPost[];
  readonly context?: readonly FoundPost[];
  /** Where this lane goes on; null at its end. */
  readonly next: string | null;
}

const NO_MORE: SearchPage = { hits: [], context: [], entryIds: [], nextCursor: null };
/** Lanes without a find are passed in one go: empty pages would look like a source that has nothing left to say. */
const MOST_ASKED = 20;

const LaneCursor = z.object({ lane: z.int().nonnegative(), at: z.string().nullable() });

export const lanesOf = (query: CampaignQuery): Lane[] => [
  ...query.keywords.map((text): Lane => ({ kind: 'keyword', text })),
  ...query.phrases.map((text): Lane => ({ kind: 'phrase', text })),
  ...query.hashtags.map((text): Lane => ({ kind: 'hashtag', text: bare(text) })),
  ...query.mentions.map((text): Lane => ({ kind: 'mention', text: bare(text) })),
  ...query.follow.map((text): Lane => ({ kind: 'follow', text: bare(text) })),
];

/** Some write the sign all the same. */
const bare = (name: string): string => name.trim().replace(/^[@#]+/, '');

/** Asks one lane after the other, a page a call. The cursor holds which lane it is and how far it got. */
export async function searchLanes<L>(
  lanes: readonly L[],
  cursor: string | null,
  ask: (lane: L, at: string | null) => Promise<LanePage>,
): Promise<SearchPage> {
  let { lane: number, at } = readCursor(LaneCursor, cursor) ?? { lane: 0, at: null };
  for (let asked = 0; asked < MOST_ASKED; asked++) {
    const lane = lanes[number];
    if (lane === undefined) return NO_MORE;
    const startsAnew = at === null;
    const page = await ask(lane, at);
    at = page.next;
    if (at === null) number++;
    const isOver = number >= lanes.length;
    if (page.hits.length > 0 || isOver)
      return { ...toPage(page, isOver ? null : JSON.stringify({ lane: number, at })), startsAnew };
  }
  return { ...toPage({ hits: [], next: null }, JSON.stringify({ lane: number, at })), startsAnew: true };
}

const toPage = ({ hits, context = [] }: LanePage, nextCursor: string | null): SearchPage => ({
  hits,
  context,
  entryIds: hits.map(({ externalId }) => externalId),
  nextCursor,
});

/** A source's own cursor, or null at the beginning. */
export function readCursor<Schema extends z.ZodType>(schema: Schema, cursor: string | null): z.output<Schema> | null {
  if (cursor === null) return null;
  try {
    return schema.parse(JSON.parse(cursor));
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof z.ZodError)) throw error;
    throw new NexusError('invalid-input', 'This cursor is of another source. Start the search anew.', { cause: error });
  }
}
