import { z } from 'zod';
import {
  type Context,
  decodeCursor,
  encodeCursor,
  NexusError,
  PageQuery,
  requireScope,
  type Tx,
} from '../../platform/index.ts';
import { CampaignBrief } from '../campaign-contracts.ts';
import type { Post } from '../post-contracts.ts';
import { readPosts } from '../posts/read-posts.ts';
import { Conversation, type ConversationPost } from '../run-contracts.ts';
import { conversationTree, type TreePlace } from './conversation-tree.ts';

/** The order of more is not worth its memory. */
const MOST_POSTS = 20_000;
const Position = z.tuple([z.int().nonnegative(), z.uuid()]);

/** A conversation as a tree, page by page: each post with its depth and the post it answers, gaps marked as gaps. */
export async function getConversation(
  ctx: Context,
  input: { conversationId: string } & PageQuery,
): Promise<Conversation> {
  requireScope(ctx.actor, 'listening:read');
  const after = input.cursor === undefined ? null : decodeCursor(input.cursor, Position);

  return ctx.db.transaction().execute(async (tx) => {
    const row = await findConversation(tx, ctx.orgId, input.conversationId);
    const { places, posts: known } = await readTree(tx, ctx.orgId, row);
    const begins = after === null ? 0 : beginsAt(places, after);
    const shown = places.slice(begins, begins + input.limit);
    const last = shown.at(-1);
    const hasMore = begins + shown.length < places.length;
    return Conversation.parse({
      id: row.id,
      network: row.network,
      externalId: row.external_id,
      state: row.state,
      problem: row.problem,
      readAt: row.read_at?.toISOString() ?? null,
      isRootMissing: !known.some(({ external_id }) => external_id === row.external_id),
      postCount: known.length,
      posts: await fill(tx, ctx.orgId, shown),
      nextCursor: hasMore && last ? encodeCursor([begins + shown.length, last.id]) : null,
    });
  });
}

async function findConversation(tx: Tx, orgId: string, conversationId: string) {
  const row = await tx
    .selectFrom('conversations')
    .selectAll()
    .where('id', '=', conversationId)
    .where('org_id', '=', orgId)
    .executeTakeFirst();
  if (!row) throw new NexusError('not-found', 'This conversation is not there (any more).');
  return row;
}

async function readTree(tx: Tx, orgId: string, row: { id: string; external_id: string }) {
  const posts = await tx
    .selectFrom('posts')
    .select(['id', 'external_id', 'reply_to_external_id', 'posted_at'])
    .where('org_id', '=', orgId)
    .where('conversation_id', '=', row.id)
    .orderBy('posted_at')
    .limit(MOST_POSTS)
    .execute();
  const tree = posts.map((post) => ({
    id: post.id,
    externalId: post.external_id,
    replyToExternalId: post.reply_to_external_id,
    postedAt: post.posted_at,
  }));
  return { posts, places: conversationTree(tree, row.external_id) };
}

/** A conversation grows while it is read: the page goes on behind the post it ended with. */
function beginsAt(places: readonly TreePlace[], [position, lastId]: [number, string]): number {
  const place = places.findIndex(({ id }) => id === lastId);
  return place === -1 ? position : place + 1;
}

async function fill(tx: Tx, orgId: string, places: readonly TreePlace[]): Promise<ConversationPost[]> {
  if (places.length === 0) return [];
  const ids = places.map(({ id }) => id);
  const posts = await readPosts(tx, orgId, ids);
  const quoted = await readQuoted(tx, orgId, [...posts.values()]);
  const matches = await tx
    .selectFrom('matches')
    .select('post_id')
    .where('org_id', '=', orgId)
    .where('post_id', 'in', ids)
    .where('state', '<>', 'dropped')
    .execute();
  const matched = new Set(matches.map(({ post_id }) => post_id));
  const own = await readOwnHandles(tx, orgId);
  return places.flatMap(({ id, parentId, depth, isAfterGap }) => {
    const post = posts.get(id);
    if (!post) return [];
    return {
      post,
      parentId,
      depth,
      isAfterGap,
      quoted: post.quotedExternalId === null ? null : (quoted.get(post.quotedExternalId) ?? null),
      isMatch: matched.has(id),
      isOurs: post.author !== null && own.has(handleOf(post.author.handle)),
    };
  });
}

/** By the id they have on their network: all posts of a conversation are of one. */
async function readQuoted(tx: Tx, orgId: string, posts: readonly Post[]): Promise<Map<string, Post>> {
  const wanted = posts.flatMap(({ quotedExternalId }) => quotedExternalId ?? []);
  const network = posts[0]?.network;
  if (wanted.length === 0 || network === undefined) return new Map();
  const rows = await tx
    .selectFrom('posts')
    .select('id')
    .where('org_id', '=', orgId)
    .where('network', '=', network)
    .where('external_id', 'in', wanted)
    .execute();
  const found = await readPosts(
    tx,
    orgId,
    rows.map(({ id }) => id),
  );
  return new Map([...found.values()].map((post) => [post.externalId, post]));
}

/** The handles that any campaign calls its own. */
async function readOwnHandles(tx: Tx, orgId: string): Promise<Set<string>> {
  const rows = await tx.selectFrom('campaigns').select('brief').where('org_id', '=', orgId).execute();
  return new Set(rows.flatMap(({ brief }) => CampaignBrief.parse(brief).ownHandles.map(handleOf)));
}

const handleOf = (handle: string): string => handle.replace(/^@/, '').toLowerCase();
