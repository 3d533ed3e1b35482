import type { FoundPost } from '@nexus/shared/listening';
import { collectPosts } from './collect-posts.ts';
import { firstVersion, parsePost } from './parse-post.ts';
import type { XProtocol } from './protocol.ts';

/** A page of posts as X gave it. */
export interface Timeline {
  /** Entries' own posts. */
  readonly own: readonly FoundPost[];
  /** Those that came along inside them. */
  readonly context: readonly FoundPost[];
  readonly entryIds: readonly string[];
  /** Known to have been there: deleted, protected, or of a suspended author. */
  readonly gone: readonly string[];
  /** Ids of posts that are there and could not be read: X has changed. */
  readonly unreadable: readonly string[];
  readonly cursors: readonly { readonly kind: string; readonly value: string }[];
}

export function parseTimeline(answer: unknown, protocol: XProtocol): Timeline {
  const collected = collectPosts(answer, protocol.skippedEntries);
  const isOwn = new Set(collected.own);
  const firstVersions = new Map([...collected.posts].map(([id, node]) => [id, firstVersion(node, protocol)]));
  const own = new Map<string, FoundPost>();
  const context = new Map<string, FoundPost>();
  const gone = new Set(collected.gone);
  const unreadable: string[] = [];

  for (const [id, node] of collected.posts) {
    const post = parsePost(node, protocol);
    if (post === 'unreadable') unreadable.push(id);
    else if (post === 'gone') gone.add(id);
    else (isOwn.has(id) ? own : context).set(post.externalId, withFirstVersions(post, firstVersions));
  }
  for (const id of own.keys()) context.delete(id);
  const { entryIds, cursors } = collected;
  return { own: [...own.values()], context: [...context.values()], entryIds, gone: [...gone], unreadable, cursors };
}

/** An answer to a later version of a post is an answer to the post. */
function withFirstVersions(post: FoundPost, firstVersions: ReadonlyMap<string, string>): FoundPost {
  const first = (id: string | null) => (id === null ? null : (firstVersions.get(id) ?? id));
  return {
    ...post,
    conversationExternalId: first(post.conversationExternalId),
    replyToExternalId: first(post.replyToExternalId),
    quotedExternalId: first(post.quotedExternalId),
  };
}
