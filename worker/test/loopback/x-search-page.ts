import { cursorEntry, type Payload, postEntry, type XShape } from './x-payloads.ts';
import { makePosts, type XPost } from './x-posts.ts';

/** What comes after the last post: nothing to go on with, empty pages with new cursors for ever, or the last page again and again. */
export type XEnd = 'no-cursor' | 'empty-pages' | 'repeats';

export interface SearchAsked {
  readonly query: string;
  readonly cursor: string | null;
  readonly size: number;
}

export interface SearchWorld {
  /** Those that the words of the query find, the newest first. */
  readonly posts: readonly XPost[];
  readonly shape: XShape;
  readonly end: XEnd;
  /** Advertisements and suggestions on the first page. */
  readonly hasNoise: boolean;
}

/** One page as X cuts it. A cursor says behind which post it begins, so that newer posts move nothing. */
export function searchInstructions(asked: SearchAsked, { posts, shape, end, hasNoise }: SearchWorld): Payload[] {
  const { cursor, size } = asked;
  const found = posts.filter(isInside(asked.query));
  const { after, page } = cursor === null ? { after: null, page: 0 } : decodeCursor(cursor);
  const start = after === null ? 0 : found.findIndex(({ id }) => isNewer(after, id));
  const shown = start === -1 ? [] : found.slice(start, start + size);
  const isLast = start === -1 || start + size >= found.length;
  const repeats = isLast && end === 'repeats' && cursor !== null;
  const bottom = repeats ? cursor : encodeCursor({ after: shown.at(-1)?.id ?? after ?? '0', page: page + 1 });
  const entries = (repeats && shown.length === 0 ? found.slice(-size) : shown).map((post) => postEntry(post, shape));
  if (hasNoise && cursor === null) entries.splice(1, 0, ...noise(shape));
  const cursors = [
    cursorEntry('Top', `top${page}`, 'top-9223372036854775807'),
    ...(isLast && end === 'no-cursor' ? [] : [cursorEntry('Bottom', bottom, 'bottom-0')]),
  ];
  if (cursor === null) return [{ type: 'TimelineAddEntries', entries: [...entries, ...cursors] }];
  return [
    { type: 'TimelineAddEntries', entries },
    ...cursors.map((entry) => ({ type: 'TimelineReplaceEntry', entry_id_to_replace: entry.entryId, entry })),
  ];
}

function noise(shape: XShape): Payload[] {
  const [advert] = makePosts(1, { text: () => 'Buy now', quoteEvery: 0, from: new Date('2026-01-01T00:00:00Z') });
  const suggestion = { entryType: 'TimelineTimelineModule', items: [{ entryId: 'who-to-follow-1-user-7', item: {} }] };
  return [
    postEntry(advert!, shape, `promoted-tweet-${advert!.id}-4f`),
    { entryId: 'who-to-follow-1', sortIndex: '1', content: suggestion },
    { entryId: 'messageprompt-5', sortIndex: '1', content: { itemContent: { itemType: 'TimelineMessagePrompt' } } },
  ];
}

function isInside(query: string): (post: XPost) => boolean {
  const valueOf = (operator: string) => new RegExp(`\\b${operator}:(\\d+)`).exec(query)?.[1];
  const [sinceId, sinceTime, untilTime] = ['since_id', 'since_time', 'until_time'].map(valueOf);
  const from = sinceTime === undefined ? -Infinity : Number(sinceTime) * 1000;
  const to = untilTime === undefined ? Infinity : Number(untilTime) * 1000;
  return ({ id, at }) => (sinceId === undefined || isNewer(id, sinceId)) && at.getTime() >= from && at.getTime() < to;
}

const isNewer = (id: string, than: string): boolean =>
  id.length === than.length ? id > than : id.length > than.length;

const encodeCursor = (place: { after: string; page: number }): string =>
  `DAAC${Buffer.from(JSON.stringify(place)).toString('base64url')}`;
const decodeCursor = (cursor: string) =>
  JSON.parse(Buffer.from(cursor.slice(4), 'base64url').toString()) as { after: string; page: number };
