import type { FoundPost } from '@nexus/shared/listening';
import { countOf, firstOf, isJson, type Json, textOf } from './json-path.ts';
import { languageOf } from './languages.ts';
import { isUnavailable, parseAuthor } from './parse-author.ts';
import { entitiesOfPost, textOfPost } from './post-text.ts';
import type { XProtocol } from './protocol.ts';

/** Milliseconds of the epoch at which X began to number posts by time. */
const SNOWFLAKE_EPOCH = 1_288_834_974_657n;

/**
 * One post, in whichever shape. `gone` when its author cannot be shown; `unreadable` when a field that no post lacks is not where it is
 * looked for. An edited post has a new number: it is known by that of its first version throughout.
 */
export function parsePost(node: Json, protocol: XProtocol): FoundPost | 'gone' | 'unreadable' {
  const { post: paths } = protocol;
  const authorNode = firstOf(node, paths.author);
  if (isUnavailable(authorNode) || isWithoutAuthor(node, paths.author)) return 'gone';
  const author = parseAuthor(authorNode, protocol.author);
  const postedAt = timeOf(firstOf(node, paths.createdAt));
  const text = wholeText(node, protocol);
  if (author === null || postedAt === null || text === null || typeof node.rest_id !== 'string') return 'unreadable';

  const externalId = firstVersion(node, protocol);
  return {
    network: 'x',
    externalId,
    url: `https://x.com/${author.handle}/status/${externalId}`,
    text,
    language: languageOf(textOf(node, paths.language)),
    author,
    postedAt,
    editedAt: externalId === node.rest_id ? null : timeOfId(node.rest_id),
    conversationExternalId: textOf(node, paths.conversation),
    replyToExternalId: textOf(node, paths.replyTo),
    quotedExternalId: originalOf(node, protocol) === null ? textOf(node, paths.quotedId) : null,
    engagement: {
      likes: countOf(node, paths.likes),
      replies: countOf(node, paths.replies),
      reposts: countOf(node, paths.reposts),
      quotes: countOf(node, paths.quotes),
      views: countOf(node, paths.views),
    },
    entities: entitiesOfPost(node, paths),
  };
}

/** The place for its author is there, and empty: an account that was closed. */
const isWithoutAuthor = (node: Json, paths: readonly string[]): boolean =>
  paths
    .map((path) => firstOf(node, [path.slice(0, path.lastIndexOf('.'))]))
    .some((place) => isJson(place) && Object.keys(place).length === 0);

/** Its own number, unless it was edited. */
export function firstVersion(node: Json, protocol: XProtocol): string {
  const versions = firstOf(node, protocol.post.versions);
  const first: unknown = Array.isArray(versions) ? versions[0] : undefined;
  return typeof first === 'string' && /^\d+$/.test(first) ? first : String(node.rest_id);
}

/** A repost says what the original says: its own text is cut. */
function wholeText(node: Json, protocol: XProtocol): string | null {
  const original = originalOf(node, protocol);
  const author = original && parseAuthor(firstOf(original, protocol.post.author), protocol.author);
  const text = original && textOfPost(original, protocol.post);
  return author && text !== null ? `RT @${author.handle}: ${text}` : textOfPost(node, protocol.post);
}

function originalOf(node: Json, protocol: XProtocol): Json | null {
  const found = firstOf(node, protocol.post.original);
  if (!isJson(found)) return null;
  return isJson(found.tweet) ? found.tweet : found;
}

function timeOf(value: unknown): Date | null {
  const isMilliseconds = typeof value === 'number' || (typeof value === 'string' && /^\d{10,}$/.test(value));
  if (!isMilliseconds && typeof value !== 'string') return null;
  const time = new Date(isMilliseconds ? Number(value) : (value as string));
  return Number.isNaN(time.getTime()) ? null : time;
}

const timeOfId = (id: string): Date => new Date(Number((BigInt(id) >> 22n) + SNOWFLAKE_EPOCH));
