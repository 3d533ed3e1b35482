import { SHIPPED_PROTOCOL } from '../../src/listening/sources/x/shipped-protocol.ts';
import { isLeased } from '../../src/listening/accounts/account-pool.ts';
import type { FoundPost } from '@nexus/shared/listening';
import { memoryPool } from './memory-pool.ts';
import {
  LIMIT_SECONDS,
  type SourceFailure,
  type SourceLoopback,
  type SourceShape,
  type SourceWorld,
  WORLD_NOW,
} from './source-world.ts';
import type { XPost } from './x-posts.ts';
import { idAt } from './x-posts.ts';
import type { XFault } from './x-faults.ts';
import { xServer } from './x-server.ts';
import type { XShape } from './x-payloads.ts';

const NEWEST = Date.parse('2026-11-20T12:00:00Z');

export const xShape: SourceShape = {
  network: 'x',
  postId: (n) => idAt(new Date(NEWEST - (10_000 - n) * 60_000)),
  postUrl: (id, handle) => `https://x.com/${handle}/status/${id}`,
  handle: (name) => name,
  authorId: (handle) => String([...handle].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) % 1e9),
};

/** So many requests fail as it takes until the source gives up: it tries an account three times. */
const FAULTS: Record<SourceFailure, { fault: XFault; times: number }> = {
  limit: { fault: 'window-used-up', times: 1 },
  down: { fault: 'server-error', times: 3 },
  cut: { fault: 'cut', times: 3 },
  refuse: { fault: 'blocked', times: 1 },
  change: { fault: 'changed-shape', times: 1 },
  hang: { fault: 'hang', times: 1 },
};

/** As shipped, without its waits. */
export const QUICK_PROTOCOL = { ...SHIPPED_PROTOCOL, version: SHIPPED_PROTOCOL.version + 1, backoffSeconds: 0 };

/** A world on the loopback X, in one of its shapes, with one account. */
export function xWorld(shape: XShape) {
  return async (world: SourceWorld): Promise<SourceLoopback> => {
    const { posts, missing } = world.thread;
    const [root, ...answers] = posts.map((post) => toX(post, world));
    const deleted = { ...answers[0]!, id: missing, text: 'Deleted', replyTo: root!.id };
    const server = await xServer({
      posts: world.hits.map((post) => toX(post, world)),
      threads: world.hits.length > 0 ? [{ root: root!, replies: [answers[0]!, deleted, ...answers.slice(1)] }] : [],
      shape,
      window: { requests: 10_000, seconds: LIMIT_SECONDS },
      now: () => WORLD_NOW,
    });
    server.remove(missing);
    const pool = memoryPool([{ id: 'anna' }], () => WORLD_NOW);
    return {
      host: server.host,
      settings: { baseUrl: server.origin },
      credentials: {},
      hanging: server.hanging,
      io: {
        storedProtocol: async () => QUICK_PROTOCOL,
        accounts: () => ({
          ...pool,
          // Whoever is told to wait has waited when they come again.
          async claim(operation) {
            const claimed = await pool.claim(operation);
            if (!isLeased(claimed)) pool.warm();
            return claimed;
          },
        }),
      },
      failNext(...failures) {
        for (const failure of failures) server.fail(FAULTS[failure].fault, { times: FAULTS[failure].times });
      },
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    };
  };
}

function toX(post: FoundPost, { quoted }: SourceWorld): XPost {
  const { author, engagement } = post;
  return {
    id: post.externalId,
    author: { id: author.externalId, handle: author.handle, name: author.name, followers: author.followers ?? 0 },
    at: post.postedAt,
    text: post.text,
    language: post.language ?? 'und',
    ...(post.conversationExternalId && { conversation: post.conversationExternalId }),
    ...(post.replyToExternalId && { replyTo: post.replyToExternalId }),
    ...(post.quotedExternalId && quoted && { quoted: toX(quoted, { quoted: null } as SourceWorld) }),
    likes: engagement.likes ?? 0,
    replies: engagement.replies ?? 0,
    reposts: engagement.reposts ?? 0,
    quotes: engagement.quotes ?? 0,
    views: engagement.views ?? 0,
  };
}
