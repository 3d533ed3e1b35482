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

interface Place {
  readonly entryId: string | null;
  readonly isInPost: boolean;
  readonly level: number;
}

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

  function visit(node: unknown, place: Place): void {
    if (place.level > MOST_LEVELS) return;
    const below = { ...place, level: place.level + 1 };
    if (Array.isArray(node)) for (const part of node) visit(part, below);
    if (!isJson(node) || isJson(node.promotedMetadata)) return;
    if (typeof node.cursorType === 'string' && typeof node.value === 'string') {
      cursors.push({ kind: node.cursorType, value: node.value });
      return;
    }
    if (typeof node.entryId === 'string') return visitEntry(node, node.entryId, below);
    if (isTombstone(node) && place.entryId !== null && !place.isInPost) addTo(gone, place.entryId);
    const id = idOfPost(node);
    if (id !== null) {
      if (!posts.has(id)) posts.set(id, node);
      if (place.entryId !== null && !place.isInPost) own.add(id);
    }
    visitParts(node, id === null ? below : { ...below, isInPost: true });
  }

  function visitEntry(entry: Json, entryId: string, place: Place): void {
    const isCursor = /(^|-)cursor-/.test(entryId);
    if (!isCursor) {
      if (skipped.some((prefix) => entryId.startsWith(prefix))) return;
      entryIds.push(entryId);
    }
    visitParts(entry, { ...place, entryId: isCursor ? null : entryId, isInPost: false });
  }

  function visitParts(node: Json, place: Place): void {
    for (const part of Object.values(node)) if (typeof part === 'object' && part !== null) visit(part, place);
  }

  visit(answer, { entryId: null, isInPost: false, level: 0 });
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
