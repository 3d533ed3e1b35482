import type { CampaignQuery } from '@nexus/shared/listening';
import { NexusError } from '@nexus/shared/platform';
import { z } from 'zod';
import { askJson } from './ask-json.ts';
import { missingOf } from './missing-of.ts';
import { Listing, Things, ThreadAnswer, toAuthor } from './reddit-thing.ts';
import { lanesOf, type LanePage, searchLanes } from './search-lanes.ts';
import type { SearchRequest, SearchSource, SourceIo } from './search-source.ts';

const PAGE = 100;
const Settings = z.object({
  subreddits: z
    .array(z.string().regex(/^\w{2,21}$/))
    .max(50)
    .default([])
    .describe('Only in these, without r/; none: everywhere'),
  site: z.url({ protocol: /^https?$/ }).default('https://www.reddit.com'),
});
/** Reddit blocks the names of common libraries and browsers' names from servers; it asks for one that says who it is. */
const USER_AGENT = 'server:nexus-listening:1.0 (self-hosted social listening)';
const REFUSED =
  'Reddit blocks this network, or asks for a sign-in. It lets fewer and fewer servers in without one: try from another network, or follow its RSS feeds (/search.rss?q=…, /r/<name>/new/.rss) with the source RSS.';
/** Longer questions are cut by Reddit without a word. */
const MOST_CHARACTERS = 480;

const ThingsPage = z.unknown().transform((answer, ctx) => {
  const listing = Listing.safeParse(answer);
  const things = listing.success ? Things.safeParse(listing.data) : listing;
  if (!listing.success || !things.success) {
    ctx.addIssue({ code: 'custom', message: 'No listing', path: things.error?.issues[0]?.path ?? [] });
    return z.NEVER;
  }
  return { ...things.data, after: listing.data.data.after ?? null };
});
const AboutAnswer = z.object({
  kind: z.literal('t2'),
  data: z.object({
    id: z.string().min(1),
    name: z.string().min(1),
    icon_img: z.string().optional(),
    verified: z.boolean().optional(),
    is_suspended: z.boolean().optional(),
    subreddit: z.object({ public_description: z.string().optional(), title: z.string().optional() }).nullish(),
  }),
});

/** Reddit's public JSON (https://www.reddit.com/dev/api), without signing in. */
export const reddit: SearchSource = {
  id: 'reddit',
  label: 'Reddit',
  description:
    'Posts by words, phrases and authors, everywhere or in some subreddits, about the newest 250 of each question; comments are read with their post. No key, some 10 requests a minute; Reddit blocks many servers’ networks.',
  network: 'reddit',
  settings: Settings,
  credentials: z.object({}),
  limits: { pageSize: PAGE, searchesBackDays: null, usdPerPost: 0 },

  search: (request, io) =>
    searchLanes(questionsOf(request.query), request.cursor, (q, at) => searchQuestion(q, at, request, io)),

  async conversation({ post }, io) {
    const root = post.conversationExternalId ?? post.externalId;
    const answer = await askJson(io, {
      operation: 'comments',
      url: address(io, `/comments/${root.replace(/^t3_/, '')}.json`, { limit: '500', sort: 'old' }),
      schema: ThreadAnswer,
      ...ASKED,
      isGone,
    });
    const posts = answer?.data.posts ?? [];
    return { posts, missing: answer ? missingOf(posts, answer.data.missing) : [root], nextCursor: null };
  },

  async author(handle, io) {
    const answer = await askJson(io, {
      operation: 'about',
      url: address(io, `/user/${encodeURIComponent(handle)}/about.json`, {}),
      schema: AboutAnswer,
      ...ASKED,
      isGone,
    });
    if (!answer || answer.data.data.is_suspended) return null;
    const { id, name, icon_img, verified, subreddit } = answer.data.data;
    return {
      ...toAuthor(name, `t2_${id}`),
      name: subreddit?.title || name,
      bio: subreddit?.public_description || null,
      avatarUrl: icon_img || null,
      isVerified: verified ?? null,
    };
  },

  async post(externalId, io) {
    const answer = await askJson(io, {
      operation: 'info',
      url: address(io, '/api/info.json', { id: externalId }),
      schema: ThingsPage,
      ...ASKED,
    });
    return answer?.data.posts.find((post) => post.externalId === externalId) ?? null;
  },
};

const ASKED = { headers: { 'user-agent': USER_AGENT }, refused: REFUSED };

async function searchQuestion(q: string, at: string | null, request: SearchRequest, io: SourceIo): Promise<LanePage> {
  const { subreddits } = Settings.parse(io.settings);
  const { since } = request;
  const answer = await askJson(io, {
    operation: 'search',
    url: address(io, subreddits.length > 0 ? `/r/${subreddits.join('+')}/search.json` : '/search.json', {
      q,
      sort: 'new',
      type: 'link',
      limit: String(PAGE),
      t: since ? spanOf(io.now().getTime() - since.postedAt.getTime()) : 'all',
      ...(subreddits.length > 0 && { restrict_sr: '1' }),
      ...(at && { after: at }),
    }),
    schema: ThingsPage,
    ...ASKED,
  });
  const { posts = [], after = null } = answer?.data ?? {};
  const fresh = since ? posts.filter(({ postedAt }) => postedAt >= since.postedAt) : posts;
  return { hits: fresh, next: fresh.length < posts.length ? null : after };
}

/** The shortest of Reddit's spans of time that reaches back so far. */
function spanOf(ms: number): string {
  const hours = ms / 3_600_000;
  const spans = { hour: 1, day: 24, week: 168, month: 720, year: 8760 };
  return Object.entries(spans).find(([, longest]) => hours < longest)?.[0] ?? 'all';
}

/** All words in as few questions as fit, joined by OR. */
export function questionsOf(query: CampaignQuery): string[] {
  const questions: string[] = [];
  for (const { kind, text } of lanesOf(query)) {
    const word = text.replaceAll(/["()]/g, ' ').trim();
    const term =
      kind === 'follow'
        ? `author:"${word}"`
        : kind === 'keyword'
          ? `(${word.replaceAll(/\s+/g, ' AND ')})`
          : `"${word}"`;
    const joined = `${questions.at(-1)} OR ${term}`;
    if (questions.length > 0 && joined.length <= MOST_CHARACTERS) questions[questions.length - 1] = joined;
    else questions.push(term);
  }
  if (questions.length === 0)
    throw new NexusError('invalid-input', 'There is nothing to search Reddit for. Add a word, a phrase or an author.');
  return questions;
}

const isGone = (status: number): boolean => status === 404;

function address(io: SourceIo, path: string, parameters: Record<string, string>): URL {
  const url = new URL(path, Settings.parse(io.settings).site);
  // Without it, signs in texts are escaped as in HTML.
  url.search = new URLSearchParams({ ...parameters, raw_json: '1' }).toString();
  return url;
}
