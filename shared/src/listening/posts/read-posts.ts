import type { Selectable } from 'kysely';
import type { DB, Tx } from '../../platform/index.ts';
import { Author, Post } from '../post-contracts.ts';

/** Posts by their ids, with their authors. Two statements however many; those that are not this organisation's are not in the map. */
export async function readPosts(tx: Tx, orgId: string, ids: readonly string[]): Promise<Map<string, Post>> {
  if (ids.length === 0) return new Map();
  const rows = await tx
    .selectFrom('posts')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('id', 'in', [...new Set(ids)])
    .execute();
  const authors = await readAuthors(
    tx,
    orgId,
    rows.flatMap(({ author_id }) => author_id ?? []),
  );
  return new Map(rows.map((row) => [row.id, toPost(row, authors.get(row.author_id ?? '') ?? null)]));
}

/** Authors by their ids. */
export async function readAuthors(tx: Tx, orgId: string, ids: readonly string[]): Promise<Map<string, Author>> {
  if (ids.length === 0) return new Map();
  const rows = await tx
    .selectFrom('authors')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('id', 'in', [...new Set(ids)])
    .execute();
  return new Map(rows.map((row) => [row.id, toAuthor(row)]));
}

const toAuthor = (row: Selectable<DB['authors']>): Author =>
  Author.parse({
    id: row.id,
    network: row.network,
    externalId: row.external_id,
    handle: row.handle,
    name: row.name,
    url: row.url,
    bio: row.bio,
    avatarUrl: row.avatar_url,
    followers: numberOf(row.followers),
    isVerified: row.is_verified,
  });

const toPost = (row: Selectable<DB['posts']>, author: Author | null): Post =>
  Post.parse({
    id: row.id,
    network: row.network,
    externalId: row.external_id,
    url: row.url,
    text: row.text,
    language: row.language,
    author,
    conversationId: row.conversation_id,
    replyToExternalId: row.reply_to_external_id,
    quotedExternalId: row.quoted_external_id,
    engagement: {
      likes: numberOf(row.likes),
      replies: numberOf(row.replies),
      reposts: numberOf(row.reposts),
      quotes: numberOf(row.quotes),
      views: numberOf(row.views),
    },
    entities: row.entities,
    postedAt: row.posted_at.toISOString(),
    editedAt: row.edited_at?.toISOString() ?? null,
    deletedAt: row.deleted_at?.toISOString() ?? null,
    seenAt: row.seen_at.toISOString(),
  });

/** Drivers give an int8 as a number, a bigint or a text. */
const numberOf = (value: number | null): number | null => (value === null ? null : Number(value));
