import { cutText, oneLine, storableText } from '@nexus/shared/archive';
import { type FoundAuthor, type FoundPost, PostEntities } from '@nexus/shared/listening';
import type { Tx } from '@nexus/shared/platform';
import { sql } from 'kysely';
import { foldKey } from './fold-key.ts';

/** The longest articles of feeds; no post of a network comes near it. */
const MOST_TEXT = 100_000;

/** How a post is known: `network:externalId`. */
export const postKey = ({ network, externalId }: Pick<FoundPost, 'network' | 'externalId'>): string =>
  `${network}:${oneLine(externalId)}`;

/** Where posts are now. */
export interface StoredPosts {
  /** By `postKey`. */
  readonly ids: Map<string, string>;
  /** Ids of those the organisation did not have. */
  readonly fresh: Set<string>;
}

export const storePosts = async (...given: Parameters<typeof storeFound>): Promise<Map<string, string>> =>
  (await storeFound(...given)).ids;

/**
 * The only writer of posts and their authors: five statements however many there are. A post is stored once however often it is met:
 * new counts replace old ones (null keeps them), a text that changed leaves the old one in `post_versions`, one that came back is
 * deleted no more. Rows are locked in one order, so that runs which meet the same posts wait for each other and nothing worse.
 */
export async function storeFound(tx: Tx, orgId: string, posts: readonly FoundPost[], now: Date): Promise<StoredPosts> {
  const rows = [...new Map(posts.map((post) => [postKey(post), toRow(post)])).values()];
  if (rows.length === 0) return { ids: new Map(), fresh: new Set() };
  await storeAuthors(tx, orgId, posts);
  await openConversations(tx, orgId, rows);
  await keepVersions(tx, orgId, rows, now);
  return upsertPosts(tx, orgId, rows, now);
}

type PostRow = ReturnType<typeof toRow>;

function toRow(post: FoundPost) {
  const { likes, replies, reposts, quotes, views } = post.engagement;
  const text = cutText(post.text, MOST_TEXT);
  return {
    network: post.network,
    external_id: oneLine(post.externalId),
    author: oneLine(post.author.externalId),
    conversation: post.conversationExternalId === null ? null : oneLine(post.conversationExternalId),
    reply_to_external_id: post.replyToExternalId,
    quoted_external_id: post.quotedExternalId,
    url: storableText(post.url),
    text,
    language: post.language,
    posted_at: post.postedAt.toISOString(),
    edited_at: post.editedAt?.toISOString() ?? null,
    likes,
    replies,
    reposts,
    quotes,
    views,
    entities: PostEntities.parse(JSON.parse(storableJson(post.entities))),
    fold_key: foldKey(text),
  };
}

/** Names of links and media come from outside as well. */
const storableJson = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) => (typeof part === 'string' ? storableText(part) : part));

async function storeAuthors(tx: Tx, orgId: string, posts: readonly FoundPost[]): Promise<void> {
  const found = posts.map(({ network, author }) => authorRow(network, author));
  const rows = [...new Map(found.map((row) => [`${row.network}:${row.external_id}`, row])).values()];
  await sql`
    insert into authors as a (org_id, network, external_id, handle, name, url, bio, avatar_url, followers, is_verified)
    select ${orgId}, n.network, n.external_id, n.handle, n.name, n.url, n.bio, n.avatar_url, n.followers, n.is_verified
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as n(
      network text, external_id text, handle text, name text, url text, bio text, avatar_url text, followers bigint, is_verified boolean)
    order by n.network, n.external_id
    on conflict (org_id, network, external_id) do update set
      handle = excluded.handle, name = excluded.name, url = coalesce(excluded.url, a.url), bio = coalesce(excluded.bio, a.bio),
      avatar_url = coalesce(excluded.avatar_url, a.avatar_url), followers = coalesce(excluded.followers, a.followers),
      is_verified = coalesce(excluded.is_verified, a.is_verified)
    where (a.handle, a.name, a.url, a.bio, a.avatar_url, a.followers, a.is_verified) is distinct from
      (excluded.handle, excluded.name, coalesce(excluded.url, a.url), coalesce(excluded.bio, a.bio),
       coalesce(excluded.avatar_url, a.avatar_url), coalesce(excluded.followers, a.followers), coalesce(excluded.is_verified, a.is_verified))
  `.execute(tx);
}

const authorRow = (network: string, author: FoundAuthor) => ({
  network,
  external_id: oneLine(author.externalId),
  handle: oneLine(author.handle),
  name: oneLine(author.name),
  url: author.url,
  bio: author.bio === null ? null : cutText(author.bio, 5000),
  avatar_url: author.avatarUrl,
  followers: author.followers,
  is_verified: author.isVerified,
});

async function openConversations(tx: Tx, orgId: string, rows: readonly PostRow[]): Promise<void> {
  const named = rows.flatMap(({ network, conversation }) => (conversation === null ? [] : [{ network, conversation }]));
  if (named.length === 0) return;
  await sql`
    insert into conversations (org_id, network, external_id)
    select distinct ${orgId}::uuid, n.network, n.conversation
    from jsonb_to_recordset(${JSON.stringify(named)}::jsonb) as n(network text, conversation text)
    order by 2, 3
    on conflict (org_id, network, external_id) do nothing`.execute(tx);
}

async function keepVersions(tx: Tx, orgId: string, rows: readonly PostRow[], now: Date): Promise<void> {
  const texts = rows.map(({ network, external_id, text }) => ({ network, external_id, text }));
  await sql`
    insert into post_versions (post_id, org_id, text, seen_until)
    select p.id, p.org_id, p.text, ${now}
    from jsonb_to_recordset(${JSON.stringify(texts)}::jsonb) as n(network text, external_id text, text text)
    join posts p on p.org_id = ${orgId} and p.network = n.network and p.external_id = n.external_id
    where p.text <> n.text
    order by p.id
    on conflict do nothing`.execute(tx);
}

async function upsertPosts(tx: Tx, orgId: string, rows: readonly PostRow[], now: Date): Promise<StoredPosts> {
  const { rows: stored } = await sql<{ id: string; network: string; external_id: string; is_fresh: boolean }>`
    insert into posts as p (org_id, network, external_id, author_id, conversation_id, reply_to_external_id, quoted_external_id, url, text,
      language, posted_at, edited_at, likes, replies, reposts, quotes, views, entities, fold_key, seen_at)
    select ${orgId}, n.network, n.external_id, a.id, c.id, n.reply_to_external_id, n.quoted_external_id, n.url, n.text,
      n.language, n.posted_at, n.edited_at, n.likes, n.replies, n.reposts, n.quotes, n.views, n.entities, n.fold_key, ${now}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as n(
      network text, external_id text, author text, conversation text, reply_to_external_id text, quoted_external_id text, url text,
      text text, language text, posted_at timestamptz, edited_at timestamptz, likes bigint, replies bigint, reposts bigint, quotes bigint,
      views bigint, entities jsonb, fold_key text)
    left join authors a on a.org_id = ${orgId} and a.network = n.network and a.external_id = n.author
    left join conversations c on c.org_id = ${orgId} and c.network = n.network and c.external_id = n.conversation
    order by n.network, n.external_id
    on conflict (org_id, network, external_id) do update set
      author_id = coalesce(excluded.author_id, p.author_id), conversation_id = coalesce(excluded.conversation_id, p.conversation_id),
      reply_to_external_id = coalesce(excluded.reply_to_external_id, p.reply_to_external_id),
      quoted_external_id = coalesce(excluded.quoted_external_id, p.quoted_external_id),
      url = excluded.url, text = excluded.text, language = coalesce(excluded.language, p.language),
      edited_at = case when p.text <> excluded.text then coalesce(excluded.edited_at, excluded.seen_at)
        else coalesce(excluded.edited_at, p.edited_at) end,
      deleted_at = null, likes = coalesce(excluded.likes, p.likes), replies = coalesce(excluded.replies, p.replies),
      reposts = coalesce(excluded.reposts, p.reposts), quotes = coalesce(excluded.quotes, p.quotes),
      views = coalesce(excluded.views, p.views), entities = excluded.entities, fold_key = excluded.fold_key, seen_at = excluded.seen_at
    returning p.id, p.network, p.external_id, p.xmax = 0 as is_fresh`.execute(tx);
  return {
    ids: new Map(stored.map(({ id, network, external_id }) => [`${network}:${external_id}`, id])),
    // A row that nobody had before has no older version.
    fresh: new Set(stored.flatMap(({ id, is_fresh }) => (is_fresh ? [id] : []))),
  };
}
