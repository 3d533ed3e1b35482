import type { FoundPost } from '@nexus/shared/listening';
import { z } from 'zod';
import { PostView, readPost } from './bluesky-post.ts';

// A union by $type: app.bsky.feed.defs#threadViewPost, #notFoundPost, #blockedPost. Read node by node: a thread may be 1,000 deep.
const ThreadNode = z.union([
  z.object({ post: PostView, parent: z.unknown().optional(), replies: z.array(z.unknown()).nullish() }),
  z.object({ uri: z.string(), notFound: z.literal(true) }),
  z.object({ uri: z.string(), blocked: z.literal(true) }),
]);

export const ThreadAnswer = z.object({ thread: z.unknown().transform(flatten) });

export interface FlatThread {
  readonly posts: ReadonlyMap<string, FoundPost>;
  readonly missing: ReadonlySet<string>;
}

function flatten(root: unknown, ctx: z.RefinementCtx): FlatThread {
  const posts = new Map<string, FoundPost>();
  const missing = new Set<string>();
  const open = [root];
  while (open.length > 0) {
    const node = ThreadNode.safeParse(open.pop());
    if (!node.success) {
      ctx.addIssue({ code: 'custom', message: 'An unknown kind of post in a thread', path: [] });
      return z.NEVER;
    }
    if (!('post' in node.data)) {
      missing.add(node.data.uri);
      continue;
    }
    const { post } = readPost(node.data.post);
    posts.set(post.externalId, post);
    if (node.data.parent !== undefined) open.push(node.data.parent);
    open.push(...(node.data.replies ?? []));
  }
  return { posts, missing };
}
