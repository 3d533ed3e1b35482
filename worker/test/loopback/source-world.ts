import type { FoundAuthor, FoundPost, Network } from '@nexus/shared/listening';
import type { SourceIo } from '../../src/listening/sources/search-source.ts';

/**
 * How the next answer goes wrong, each once: asked to slow down for 30 seconds, trouble of its own (5xx), broken off in the middle of
 * the body, refused as this network refuses, well-formed but of another shape, never answered.
 */
export type SourceFailure = 'limit' | 'down' | 'cut' | 'refuse' | 'change' | 'hang';

export const LIMIT_SECONDS = 30;

/** What a network's ids and addresses look like. */
export interface SourceShape {
  readonly network: Network;
  /** Greater for newer posts. A reply's id may look different from that of a post that begins a conversation. */
  postId(n: number, isReply: boolean): string;
  postUrl(id: string, handle: string): string;
  /** As a source gives it: without an at sign. */
  handle(name: string): string;
  authorId(handle: string): string;
}

/** Everything there is on a loopback network. */
export interface SourceWorld {
  /** What every search finds, newest first; the first began the thread. */
  readonly hits: readonly FoundPost[];
  /** Quoted by the second hit; null where the network has no quotes. Searches do not find it by itself. */
  readonly quoted: FoundPost | null;
  readonly thread: {
    /** The first hit and the answers that can be seen, in the order of their time. */
    readonly posts: readonly FoundPost[];
    /** Was answered by one of `posts`, and deleted. */
    readonly missing: string;
  };
}

/** A server on 127.0.0.1 that speaks a network's real wire format. */
export interface SourceLoopback extends AsyncDisposable {
  /** `127.0.0.1:port`, as `allowPrivate` wants it. */
  readonly host: string;
  /** That lead the source here. */
  readonly settings: Record<string, unknown>;
  readonly credentials: Record<string, unknown>;
  /** What this source needs beside an `Http`. */
  readonly io?: Partial<SourceIo>;
  /** In this order, one for each request; afterwards answers are right again. */
  failNext(...failures: SourceFailure[]): void;
  /** Settles when a request has come that is never answered. */
  readonly hanging: Promise<void>;
}

/** Written by people everywhere: joined emoji, right-to-left words, what looks like markup, and a blank line. */
export const HARD_TEXT = 'Light 👩‍👩‍👧‍👦 & <b>not bold</b> "quoted" – שלום עולם, مرحبا بالعالم\n\n日本語 it’s 5 > 4 😀';

const NEWEST = Date.parse('2026-11-20T12:00:00Z');
export const WORLD_NOW = new Date('2026-11-21T00:00:00Z');

export interface WorldSize {
  readonly hits: number;
  readonly hasQuotes: boolean;
}

/** Posts a minute apart. All hits hold the word "lighthouse". */
export function makeSourceWorld(shape: SourceShape, { hits: count, hasQuotes }: WorldSize): SourceWorld {
  const quoted = hasQuotes ? makePost(shape, 5, { text: 'The one that is quoted', by: 'quoted' }) : null;
  const hits = Array.from({ length: count }, (_, place) =>
    makePost(shape, 10_000 - place, {
      text: `lighthouse ${place}\n\n${place === 0 ? HARD_TEXT : `The keeper wrote down ship ${place}.`}`,
      by: place % 2 === 0 ? 'keeper' : 'sailor',
      ...(place === 1 && quoted && { quotes: quoted.externalId }),
    }),
  );
  const root = hits[0] ?? makePost(shape, 10_000, { text: 'lighthouse', by: 'keeper' });
  const answer = (n: number, text: string, to: string) =>
    makePost(shape, n, { text, by: n % 2 === 0 ? 'sailor' : 'keeper', answers: { to, of: root.externalId } });
  const first = answer(10_001, 'First answer', root.externalId);
  const missing = shape.postId(10_002, true);
  return {
    hits,
    quoted,
    thread: {
      posts: [
        root,
        first,
        answer(10_003, 'Below what was deleted', missing),
        answer(10_004, `Last answer ${HARD_TEXT}`, first.externalId),
      ],
      missing,
    },
  };
}

interface Wording {
  readonly text: string;
  readonly by: string;
  readonly quotes?: string;
  readonly answers?: { readonly to: string; readonly of: string };
}

function makePost(shape: SourceShape, n: number, { text, by, quotes, answers }: Wording): FoundPost {
  const externalId = shape.postId(n, answers !== undefined);
  const author = makeAuthor(shape, by);
  return {
    network: shape.network,
    externalId,
    url: shape.postUrl(externalId, author.handle),
    text,
    language: 'en',
    author,
    postedAt: new Date(NEWEST - (10_000 - n) * 60_000),
    editedAt: null,
    conversationExternalId: answers?.of ?? externalId,
    replyToExternalId: answers?.to ?? null,
    quotedExternalId: quotes ?? null,
    engagement: { likes: n % 100, replies: n % 7, reposts: n % 11, quotes: n % 3, views: n },
    entities: { hashtags: [], mentions: [], links: [], media: [] },
  };
}

export function makeAuthor(shape: SourceShape, name: string): FoundAuthor {
  const handle = shape.handle(name);
  return {
    externalId: shape.authorId(handle),
    handle,
    name: `The ${name} ⚓`,
    url: null,
    bio: `I am the ${name}`,
    avatarUrl: null,
    followers: 1234,
    isVerified: null,
  };
}
