import type { FoundPost } from '@nexus/shared/listening';
import { NexusError } from '@nexus/shared/platform';
import { z } from 'zod';
import { askMastodon, Credentials, hostOf, Settings, tokenOf } from './ask-mastodon.ts';
import { Account, placeOf, readStatus, Status, toAuthor } from './mastodon-status.ts';
import { missingOf } from './missing-of.ts';
import { type Lane, type LanePage, lanesOf, searchLanes } from './search-lanes.ts';
import type { SearchRequest, SearchSource, SourceIo } from './search-source.ts';

const PAGE = 40;
const Statuses = z.array(Status);
const SearchAnswer = z.object({ statuses: Statuses });
const ContextAnswer = z.object({ ancestors: Statuses, descendants: Statuses });

/** One Mastodon server's API (https://docs.joinmastodon.org/api); Pleroma, Akkoma and GoToSocial answer alike. */
export const mastodon: SearchSource = {
  id: 'mastodon',
  label: 'Mastodon',
  description:
    'Without a token: hashtags, followed authors and threads of up to 60 answers. Words, phrases and mentions are searched only with an access token of the server, among posts whose authors allow it. 300 requests in 5 minutes.',
  network: 'mastodon',
  settings: Settings,
  credentials: Credentials,
  limits: { pageSize: PAGE, searchesBackDays: null, usdPerPost: 0 },

  search(request, io) {
    const token = tokenOf(io);
    const lanes = lanesOf(request.query).filter(({ kind }) => token || kind === 'hashtag' || kind === 'follow');
    if (lanes.length === 0)
      throw new NexusError(
        'not-configured',
        'Mastodon finds words only with an access token of the server that is asked. Add a hashtag or an author to follow, or connect a token.',
      );
    return searchLanes(lanes, request.cursor, (lane, at) => searchLane(lane, at, request, io));
  },

  async conversation({ post }, io) {
    const gap = { posts: [], missing: [post.externalId], nextCursor: null };
    const asked = await statusOf(post.externalId, io);
    const around = asked && (await contextOf(post.externalId, io));
    if (!asked || !around) return gap;
    // A context holds one's ancestors and one's own answers; the whole thread is the context of its first post.
    const first = around.ancestors[0];
    const whole = first ? await contextOf(first.externalId, io) : around;
    const found = [asked, ...around.ancestors, ...around.descendants, ...(whole?.descendants ?? [])];
    const posts = [...new Map(found.map((one) => [one.externalId, one])).values()];
    const root = (first ?? asked).replyToExternalId ?? (first ?? asked).externalId;
    return {
      posts: posts.map((one): FoundPost => ({ ...one, conversationExternalId: root })),
      missing: missingOf(posts),
      nextCursor: null,
    };
  },

  async author(handle, io) {
    const answer = await accountOf(handle, io);
    return answer && toAuthor(answer.data, hostOf(io));
  },

  post: (externalId, io) => statusOf(externalId, io),
};

async function searchLane(lane: Lane, at: string | null, request: SearchRequest, io: SourceIo): Promise<LanePage> {
  if (lane.kind === 'hashtag') return timeline(`timelines/tag/${encodeURIComponent(lane.text)}`, {}, at, request, io);
  if (lane.kind !== 'follow') return searchWords(lane, at, request, io);
  const account = await accountOf(lane.text, io);
  if (!account) return { hits: [], next: null };
  const path = `accounts/${encodeURIComponent(account.data.id)}/statuses`;
  return timeline(path, { exclude_reblogs: 'true' }, at, request, io);
}

/** Newest first; the next page is named by the `Link` header, of which only the id is used. */
async function timeline(
  path: string,
  parameters: Record<string, string>,
  at: string | null,
  { since }: SearchRequest,
  io: SourceIo,
): Promise<LanePage> {
  const newest = since && placeOf(since.externalId);
  const answer = await askMastodon(io, 'timeline', path, Statuses, {
    parameters: {
      ...parameters,
      limit: String(PAGE),
      ...(newest?.host === hostOf(io) && { since_id: newest.id }),
      ...(at && { max_id: at }),
    },
  });
  const next = /<([^<>]+)>\s*;\s*rel="?next"?/.exec(answer?.headers.link ?? '')?.[1];
  return { ...toHits(answer?.data ?? [], io), next: (next && URL.parse(next)?.searchParams.get('max_id')) || null };
}

async function searchWords({ kind, text }: Lane, at: string | null, { since }: SearchRequest, io: SourceIo) {
  const q = kind === 'keyword' ? text : kind === 'mention' ? `@${text}` : `"${text.replaceAll('"', ' ')}"`;
  const offset = Number(at ?? 0);
  const answer = await askMastodon(io, 'search', 'search', SearchAnswer, {
    parameters: { q, type: 'statuses', limit: String(PAGE), ...(offset > 0 && { offset: String(offset) }) },
    version: 'v2',
  });
  const statuses = answer?.data.statuses ?? [];
  const { hits, context } = toHits(statuses, io);
  return {
    // Not strictly by time, so an old one is no sign of the end.
    hits: since ? hits.filter(({ postedAt }) => postedAt >= since.postedAt) : hits,
    context,
    next: statuses.length >= PAGE ? String(offset + statuses.length) : null,
  };
}

function toHits(statuses: readonly Status[], io: SourceIo): { hits: FoundPost[]; context: FoundPost[] } {
  const read = statuses.map((status) => readStatus(status, hostOf(io)));
  return { hits: read.map(({ post }) => post), context: read.flatMap(({ quoted }) => quoted ?? []) };
}

/** Of the server that the id names, which may be another than the one that is searched. */
async function statusOf(externalId: string, io: SourceIo): Promise<FoundPost | null> {
  const place = placeOf(externalId);
  const answer = place && (await askMastodon(io, 'status', `statuses/${place.id}`, Status, { host: place.host }));
  return answer ? readStatus(answer.data, place.host).post : null;
}

async function contextOf(externalId: string, io: SourceIo) {
  const place = placeOf(externalId);
  const answer =
    place && (await askMastodon(io, 'context', `statuses/${place.id}/context`, ContextAnswer, { host: place.host }));
  const read = (statuses: readonly Status[]) => statuses.map((status) => readStatus(status, place!.host).post);
  return answer ? { ancestors: read(answer.data.ancestors), descendants: read(answer.data.descendants) } : null;
}

const accountOf = (handle: string, io: SourceIo) =>
  askMastodon(io, 'lookup', 'accounts/lookup', Account, { parameters: { acct: handle } });
