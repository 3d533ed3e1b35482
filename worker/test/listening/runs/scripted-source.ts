import type { FoundPost } from '@nexus/shared/listening';
import { NexusError } from '@nexus/shared/platform';
import { z } from 'zod';
import type {
  ConversationPage,
  SearchPage,
  SearchRequest,
  SearchSource,
} from '../../../src/listening/sources/search-source.ts';

const FIRST_AT = Date.parse('2026-11-20T00:00:00Z');
const PAGE = 20;

/** What the next request meets instead of a page. */
export type Trouble = NexusError | Partial<SearchPage> | ((signal: AbortSignal) => Promise<never>);

/** A network of numbered posts, a minute apart, that is searched from the newest down; a cursor is the number below which a page begins. */
export function scriptedSource(id = 'bluesky') {
  const network = id === 'rss' ? 'rss' : 'bluesky';
  const numbers: number[] = [];
  const troubles: Trouble[] = [];
  const threadTroubles: Trouble[] = [];
  const asked: SearchRequest[] = [];
  const threads = new Map<string, ConversationPage[]>();
  const state = { usdPerPost: 0 };

  const source: SearchSource = {
    id,
    label: id === 'rss' ? 'Feeds' : 'Scripted',
    description: 'For tests',
    network,
    settings: z.object({ host: z.string().default('example.org') }),
    credentials: z.object({}),
    get limits() {
      return { pageSize: PAGE, searchesBackDays: null, usdPerPost: state.usdPerPost };
    },
    async search(request, io) {
      asked.push(request);
      const trouble = troubles.shift();
      if (trouble instanceof Error) throw trouble;
      if (typeof trouble === 'function') return trouble(io.signal);
      io.addCost(state.usdPerPost * PAGE);
      await io.keepRaw('search', JSON.stringify({ cursor: request.cursor }), 'asked');
      const below = request.cursor === null ? Infinity : Number(request.cursor);
      const downTo = request.since === null ? -Infinity : Number(request.since.externalId);
      const found = numbers.filter((n) => n < below && n > downTo).toSorted((a, b) => b - a);
      const page = found.slice(0, PAGE);
      return {
        hits: page.map((n) => postOf(n, network)),
        context: [],
        entryIds: page.map(String),
        nextCursor: found.length > PAGE ? String(page.at(-1)) : null,
        ...trouble,
      };
    },
    async conversation({ post, cursor }, io) {
      const trouble = threadTroubles.shift();
      if (trouble instanceof Error) throw trouble;
      if (typeof trouble === 'function') return trouble(io.signal);
      const pages = threads.get(post.conversationExternalId ?? post.externalId) ?? [];
      return pages[Number(cursor ?? 0)] ?? { posts: [], missing: [], nextCursor: null };
    },
    author: () => Promise.resolve(null),
  };
  return {
    source,
    asked,
    state,
    threads,
    failNext: (...next: Trouble[]) => void troubles.push(...next),
    failThreads: (...next: Trouble[]) => void threadTroubles.push(...next),
    /** The next numbers are there from now on. */
    publish(count: number) {
      for (let added = 0; added < count; added++) numbers.push(numbers.length);
    },
    ids: () => numbers.map(String),
    /** Nothing was ever there. */
    clear: () => void numbers.splice(0),
  };
}

export function postOf(n: number, network: FoundPost['network'] = 'bluesky', more: Partial<FoundPost> = {}): FoundPost {
  const externalId = String(n);
  const handle = `keeper${n % 7}`;
  return {
    network,
    externalId,
    url: `https://example.org/${network}/${externalId}`,
    text: `The lighthouse keeper wrote down ship number ${n}`,
    language: 'en',
    author: {
      externalId: handle,
      handle,
      name: `Keeper ${n % 7}`,
      url: null,
      bio: null,
      avatarUrl: null,
      followers: 10,
      isVerified: null,
    },
    postedAt: new Date(FIRST_AT + n * 60_000),
    editedAt: null,
    conversationExternalId: externalId,
    replyToExternalId: null,
    quotedExternalId: null,
    engagement: { likes: n % 50, replies: 0, reposts: 0, quotes: 0, views: null },
    entities: { hashtags: [], mentions: [], links: [], media: [] },
    ...more,
  };
}
