import type { ConversationPost } from '@nexus/shared/listening';

/** A line of a conversation as it is drawn: a post, or the place of one that cannot be seen. */
export type ConversationLine =
  | { kind: 'post'; id: string; depth: number; entry: ConversationPost; answers: number; isCollapsed: boolean }
  | { kind: 'gap'; id: string; missing: number };

/** Order of a tree: each post before its answers, those by time; answers to what cannot be seen at the end, below their gap. */
export function conversationLines(
  posts: readonly ConversationPost[],
  collapsed: ReadonlySet<string>,
): ConversationLine[] {
  const known = new Set(posts.map(({ post }) => post.id));
  const children = Map.groupBy(posts, ({ parentId }) => (parentId && known.has(parentId) ? parentId : null));
  const roots = children.get(null) ?? [];
  const answers = countAnswers(posts, children);
  const lines: ConversationLine[] = [];

  const put = (top: readonly ConversationPost[], topDepth: number) => {
    // By hand and not by recursion: a thread of thousands may be one long chain.
    const stack = top.toReversed().map((entry) => ({ entry, depth: topDepth }));
    for (let next = stack.pop(); next; next = stack.pop()) {
      const { entry, depth } = next;
      const { id } = entry.post;
      const isCollapsed = collapsed.has(id);
      lines.push({ kind: 'post', id, depth, entry, answers: answers.get(id) ?? 0, isCollapsed });
      if (isCollapsed) continue;
      for (const child of (children.get(id) ?? []).toReversed()) stack.push({ entry: child, depth: depth + 1 });
    }
  };

  put(
    roots.filter(({ isAfterGap }) => !isAfterGap),
    0,
  );
  for (const [missing, below] of gapsOf(roots)) {
    lines.push({ kind: 'gap', id: `gap ${below[0]!.post.id}`, missing });
    put(below, 1);
  }
  return lines;
}

/** Answers to missing posts, with how many those are: neighbours with one answer each stand below one gap. */
function gapsOf(roots: readonly ConversationPost[]): [missing: number, below: ConversationPost[]][] {
  const after = roots.filter(({ isAfterGap }) => isAfterGap);
  const byMissing = Map.groupBy(after, ({ post }) => post.replyToExternalId ?? post.id);
  const found: [number, ConversationPost[]][] = [];
  let isLastSingle = false;
  for (const below of byMissing.values()) {
    const last = found.at(-1);
    if (last && isLastSingle && below.length === 1) {
      last[0] += 1;
      last[1].push(...below);
    } else found.push([1, [...below]]);
    isLastSingle = below.length === 1;
  }
  return found;
}

/** All that was answered below each post, at any depth. */
function countAnswers(
  posts: readonly ConversationPost[],
  children: ReadonlyMap<string | null, ConversationPost[]>,
): Map<string, number> {
  const order: string[] = [];
  const stack = (children.get(null) ?? []).map(({ post }) => post.id);
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    order.push(id);
    stack.push(...(children.get(id) ?? []).map(({ post }) => post.id));
  }
  const counts = new Map<string, number>(posts.map(({ post }) => [post.id, 0]));
  for (const id of order.toReversed()) {
    const below = children.get(id) ?? [];
    counts.set(
      id,
      below.reduce((sum, { post }) => sum + 1 + (counts.get(post.id) ?? 0), 0),
    );
  }
  return counts;
}
