import type { CampaignQuery } from '@nexus/shared/listening';
import { readCursor } from '../search-lanes.ts';
import type { SearchPage, SearchRequest, SourceIo } from '../search-source.ts';
import { askX } from './ask-x.ts';
import { currentProtocol } from './current-protocol.ts';
import { parseTimeline, type Timeline } from './parse-timeline.ts';
import { type QuerySyntax, queryStrings } from './query-string.ts';
import { refuseUnreadable } from './refuse-unreadable.ts';
import { SearchCursor } from './x-cursor.ts';
import { XSettings } from './x-settings.ts';

/** Of several queries, one that gives so many empty pages in a row has no more: X hands out cursors beyond the end. */
const MOST_EMPTY = 2;

const SYNTAX: QuerySyntax = {
  mostCharacters: 480,
  narrowing: ({ minLikes, minReplies, minReposts, withReposts }) => [
    ...(minLikes > 0 ? [`min_faves:${minLikes}`] : []),
    ...(minReplies > 0 ? [`min_replies:${minReplies}`] : []),
    ...(minReposts > 0 ? [`min_retweets:${minReposts}`] : []),
    ...(withReposts ? ['include:nativeretweets'] : []),
  ],
};

/** One page of a search; of several queries, one after the other. */
export async function searchX(request: SearchRequest, io: SourceIo): Promise<SearchPage> {
  const settings = XSettings.parse(io.settings);
  const queries = settings.rawQuery ? [settings.rawQuery] : queryStrings(request.query, SYNTAX);
  const cursor = readCursor(SearchCursor, request.cursor) ?? { query: 0, at: null, empty: 0 };
  const query = queries[cursor.query];
  if (query === undefined) return { hits: [], context: [], entryIds: [], nextCursor: null };

  const protocol = currentProtocol(await io.storedProtocol());
  const variables = {
    rawQuery: [query, ...since(request)].join(' '),
    product: request.product ?? settings.product,
    ...(cursor.at !== null && { cursor: cursor.at }),
  };
  const answer = await askX(io, { baseUrl: settings.baseUrl, operation: 'SearchTimeline', variables, protocol });
  if (answer === null) return { hits: [], context: [], entryIds: [], nextCursor: null };
  const timeline = parseTimeline(answer.body, protocol);
  await refuseUnreadable(io, 'SearchTimeline', timeline, answer);
  return {
    hits: timeline.own,
    context: timeline.context,
    entryIds: timeline.entryIds.map((id) => /tweet-(\d+)$/.exec(id)?.[1] ?? id),
    nextCursor: nextOf(timeline, cursor, queries.length),
  };
}

/** A post of the same second may not have been seen yet, so a time would be too coarse: numbers follow time. */
function since({ since: known }: SearchRequest): string[] {
  return known && /^\d+$/.test(known.externalId) ? [`since_id:${known.externalId}`] : [];
}

function nextOf({ own, cursors }: Timeline, { query, at, empty }: SearchCursor, queries: number): string | null {
  const bottom = cursors.find(({ kind }) => kind === 'Bottom')?.value ?? null;
  const isLast = query + 1 >= queries;
  const empties = own.length === 0 ? empty + 1 : 0;
  const isOver = bottom === null || (!isLast && (empties >= MOST_EMPTY || bottom === at));
  if (!isOver) return JSON.stringify({ query, at: bottom, empty: empties } satisfies SearchCursor);
  return isLast ? null : JSON.stringify({ query: query + 1, at: null, empty: 0 } satisfies SearchCursor);
}

/** For tests and previews of what is asked. */
export const xQueries = (query: CampaignQuery): string[] => queryStrings(query, SYNTAX);
