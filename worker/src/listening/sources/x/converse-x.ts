import type { FoundPost } from '@nexus/shared/listening';
import { readCursor } from '../search-lanes.ts';
import type { ConversationPage, ConversationRequest, SourceIo } from '../search-source.ts';
import { askX, type XAnswer } from './ask-x.ts';
import { currentProtocol } from './current-protocol.ts';
import { parseTimeline, type Timeline } from './parse-timeline.ts';
import { refuseUnreadable } from './refuse-unreadable.ts';
import { ConversationCursor } from './x-cursor.ts';
import { XSettings } from './x-settings.ts';

/** In the order in which they are followed: what is hidden inside a conversation before the next conversations. */
const CURSORS = ['ShowMore', 'ShowMoreThreads', 'ShowMoreThreadsPrompt', 'Bottom'];

/**
 * One page of a conversation, asked for from its first post, so that all branches come. When that one is gone, from the post that was
 * found: those above it and below it can still be seen. A page has many cursors; the ones ahead are kept in the page's own.
 */
export async function converseX({ post, cursor }: ConversationRequest, io: SourceIo): Promise<ConversationPage> {
  const known = readCursor(ConversationCursor, cursor);
  if (known) return followCursor(known, io);

  const root = post.conversationExternalId ?? post.externalId;
  const fromRoot = await readThread(root, null, io);
  if (fromRoot) return toPage(fromRoot, { focal: root, ahead: [] }, []);
  if (root === post.externalId) return { posts: [], missing: [root], nextCursor: null };
  const fromPost = await readThread(post.externalId, null, io);
  if (fromPost) return toPage(fromPost, { focal: post.externalId, ahead: [] }, [root]);
  return { posts: [], missing: [root, post.externalId], nextCursor: null };
}

/** The post as it is now. Null when it is gone. */
export async function readPost(externalId: string, io: SourceIo): Promise<FoundPost | null> {
  const timeline = await readThread(externalId, null, io);
  return timeline?.own.find((post) => post.externalId === externalId) ?? null;
}

async function followCursor({ focal, ahead }: ConversationCursor, io: SourceIo): Promise<ConversationPage> {
  const at = ahead.at(-1);
  if (at === undefined) return { posts: [], missing: [], nextCursor: null };
  const rest = { focal, ahead: ahead.slice(0, -1) };
  const timeline = await readThread(focal, at, io);
  return timeline ? toPage(timeline, rest, [], at) : toPage(NOTHING, rest, []);
}

const NOTHING: Timeline = { own: [], context: [], entryIds: [], gone: [], unreadable: [], cursors: [] };

/** X hands out bottom cursors beyond the end: after a page without posts none of its cursors is followed. */
function toPage(
  { own, context, gone, cursors }: Timeline,
  { focal, ahead }: ConversationCursor,
  missing: readonly string[],
  asked?: string,
): ConversationPage {
  const found = own.length === 0 ? [] : CURSORS.flatMap((kind) => cursors.filter((cursor) => cursor.kind === kind));
  const known = new Set([...ahead, asked]);
  const fresh = [...new Set(found.map(({ value }) => value))].filter((value) => !known.has(value));
  const next: ConversationCursor = { focal, ahead: [...ahead, ...fresh.toReversed()] };
  return {
    posts: own,
    context,
    missing: [...new Set([...missing, ...gone])],
    nextCursor: next.ahead.length > 0 ? JSON.stringify(next) : null,
  };
}

async function readThread(focalTweetId: string, cursor: string | null, io: SourceIo): Promise<Timeline | null> {
  const { baseUrl } = XSettings.parse(io.settings);
  const protocol = currentProtocol(await io.storedProtocol());
  const variables = { focalTweetId, ...(cursor !== null && { cursor }) };
  const answer: XAnswer | null = await askX(io, { baseUrl, operation: 'TweetDetail', variables, protocol });
  if (answer === null) return null;
  const timeline = parseTimeline(answer.body, protocol);
  await refuseUnreadable(io, 'TweetDetail', timeline, answer);
  return timeline;
}
