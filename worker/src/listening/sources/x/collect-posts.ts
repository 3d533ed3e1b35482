import { isJson, type Json } from './json-path.ts';

/** What a timeline of X holds, before any field is read. */
export interface Collected {
  /** By id, each once, in the order they came: an entry's own and those inside them. */
  readonly posts: ReadonlyMap<string, Json>;
  /** Ids of entries' own posts. */
  readonly own: readonly string[];
  readonly entryIds: readonly string[];
  /** Posts in whose place stands a tombstone, or nothing. */
  readonly gone: readonly string[];
  readonly cursors: readonly { readonly kind: string; readonly value: string }[];
}

/** Deeper than any real answer goes. */
const MOST_LEVELS = 200;
const TOMBSTONES = new Set(['TweetTombstone', 'TimelineTombstone', 'TweetUnavailable']);

/**
 * Walks the whole answer: X moves things about, but a post stays a `Tweet`, perhaps inside `TweetWithVisibilityResults`, and an entry
 * keeps its id. Advertisements and entries that begin with one of `skipped` are left out with all they hold, but for their cursors.
 */
export function collectPosts(answer: unknown, skipped: readonly string[]): Collected {
  const posts = new Map<string, Json>();
  const own = new Set<string>();
  const entryIds: string[] = [];
  const gone = new Set<string>();
  const cursors: { kind: string; value: string }[] = [];

  // Arguments, not an object of them: an answer has a hundred thousand nodes.
  function visit(node: object, entryId: string | null, isInPost: boolean, level: number): void {
    if (level > MOST_LEVELS) return;
    if (!isJson(node)) return visitParts(node, entryId, isInPost, level);
    if (isJson(node.promotedMetadata)) return;
    if (typeof node.cursorType === 'string' && typeof node.value === 'string') {
      cursors.push({ kind: node.cursorType, value: node.value });
      return;
    }
    if (typeof node.entryId === 'string') return visitEntry(node, node.entryId, level);
    if (entryId !== null && !isInPost && isTombstone(node)) addTo(gone, entryId);
    const id = idOfPost(node);
    if (id !== null) {
      if (!posts.has(id)) posts.set(id, node);
      if (entryId !== null && !isInPost) own.add(id);
    }
    visitParts(node, entryId, isInPost || id !== null, level);
  }

  function visitEntry(entry: Json, entryId: string, level: number): void {
    const isCursor = /(^|-)cursor-/.test(entryId);
    if (!isCursor) {
      if (skipped.some((prefix) => entryId.startsWith(prefix))) return;
      entryIds.push(entryId);
    }
    visitParts(entry, isCursor ? null : entryId, false, level);
  }

  function visitParts(node: object, entryId: string | null, isInPost: boolean, level: number): void {
    for (const part of Object.values(node) as unknown[]) {
      if (typeof part === 'object' && part !== null) visit(part, entryId, isInPost, level + 1);
    }
  }

  if (typeof answer === 'object' && answer !== null) visit(answer, null, false, 0);
  return { posts, own: [...own], entryIds, gone: [...gone], cursors };
}

/** Null for anything else, and for a mere reference: an id without a text. */
function idOfPost(node: Json): string | null {
  if (typeof node.rest_id !== 'string') return null;
  const hasContent = isJson(node.core) || isJson(node.legacy) || isJson(node.details);
  if (node.__typename === 'Tweet') return hasContent ? node.rest_id : null;
  // Inside TweetWithVisibilityResults it has no type of its own.
  const isUntyped = node.__typename === undefined && isJson(node.core);
  return isUntyped && (isJson(node.legacy) || isJson(node.details)) ? node.rest_id : null;
}

function isTombstone(node: Json): boolean {
  if (typeof node.__typename === 'string' && TOMBSTONES.has(node.__typename)) return true;
  return isJson(node.tweet_results) && !isJson(node.tweet_results.result);
}

function addTo(gone: Set<string>, entryId: string): void {
  const id = /tweet-(\d+)$/.exec(entryId)?.[1];
  if (id !== undefined) gone.add(id);
}
