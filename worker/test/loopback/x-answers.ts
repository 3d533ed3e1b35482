import type { XOperationName } from './x-faults.ts';
import { type Payload, userPayload, type XShape } from './x-payloads.ts';
import type { XPost } from './x-posts.ts';
import { searchInstructions, type XEnd } from './x-search-page.ts';
import { threadInstructions, type XThread } from './x-threads.ts';

/** What there is on the loopback X. */
export interface XContent {
  /** The newest first. */
  readonly posts: readonly XPost[];
  readonly threads: readonly XThread[];
  readonly gone: ReadonlySet<string>;
  readonly shape: XShape;
  readonly pageSize: number;
  readonly end: XEnd;
  readonly hasNoise: boolean;
  readonly matches: (query: string, post: XPost) => boolean;
}

type Variables = Readonly<Record<string, unknown>>;

/** The body of an answer to each operation when nothing is wrong. */
export function answerOf(operation: XOperationName, variables: Variables, content: XContent): Payload {
  if (operation === 'SearchTimeline') return searchAnswer(variables, content);
  return operation === 'TweetDetail' ? threadAnswer(variables, content) : userAnswer(variables, content);
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

function searchAnswer({ rawQuery, cursor, count }: Variables, content: XContent): Payload {
  const { posts, gone, matches, pageSize } = content;
  const query = String(rawQuery);
  const found = posts.filter((post) => !gone.has(post.id) && matches(query, post));
  const asked = { query, cursor: textOrNull(cursor), size: Math.min(Number(count), pageSize) };
  const instructions = searchInstructions(asked, { ...content, posts: found });
  return { data: { search_by_raw_query: { search_timeline: { timeline: { instructions } } } } };
}

function threadAnswer({ focalTweetId, cursor }: Variables, content: XContent): Payload {
  const focalId = String(focalTweetId);
  const thread = threadOf(focalId, content);
  if (!thread || (content.gone.has(focalId) && textOrNull(cursor) === null)) {
    return { errors: [{ code: 144, message: '_Missing: No status found with that ID.' }], data: {} };
  }
  const isGone = (id: string) => content.gone.has(id);
  const page = { thread, focalId, cursor: textOrNull(cursor), shape: content.shape, isGone };
  return { data: { threaded_conversation_with_injections_v2: { instructions: threadInstructions(page) } } };
}

function threadOf(id: string, { posts, threads }: XContent): XThread | null {
  const known = threads.find(({ root, replies }) => root.id === id || replies.some((reply) => reply.id === id));
  if (known) return known;
  const root = posts.find((post) => post.id === id || post.earlierIds?.includes(id));
  return root ? { root, replies: [] } : null;
}

function userAnswer({ screen_name }: Variables, { posts, shape }: XContent): Payload {
  const handle = String(screen_name).toLowerCase();
  const author = posts.find((post) => post.author.handle.toLowerCase() === handle)?.author;
  return { data: author ? { user: { result: userPayload(author, shape) } } : {} };
}
