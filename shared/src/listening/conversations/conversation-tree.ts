/** What the order of a conversation is made of. */
export interface TreePost {
  readonly id: string;
  readonly externalId: string;
  readonly replyToExternalId: string | null;
  readonly postedAt: Date;
}

export interface TreePlace {
  readonly id: string;
  readonly parentId: string | null;
  readonly depth: number;
  readonly isAfterGap: boolean;
}

/**
 * The posts of a conversation as they are read: the first one, then each answer right below what it answers, those of one post by their
 * time. Answers to posts that cannot be seen come after, below a gap, each with what was answered to it. Every post is there once, also
 * when answers lead in a circle.
 */
export function conversationTree(posts: readonly TreePost[], rootExternalId: string): TreePlace[] {
  const ordered = posts.toSorted((a, b) => a.postedAt.getTime() - b.postedAt.getTime() || (a.id < b.id ? -1 : 1));
  const byExternalId = new Map(ordered.map((post) => [post.externalId, post]));
  const answers = new Map<string, TreePost[]>();
  const tops: TreePost[] = [];
  for (const post of ordered) {
    const parent = post.replyToExternalId === null ? undefined : byExternalId.get(post.replyToExternalId);
    const isTop = !parent || parent === post || post.externalId === rootExternalId;
    if (isTop) tops.push(post);
    else if (!answers.get(parent.id)?.push(post)) answers.set(parent.id, [post]);
  }
  const isRoot = (post: TreePost) => post.externalId === rootExternalId;
  const isFirst = (post: TreePost) => isRoot(post) || post.replyToExternalId === null;
  const places: TreePlace[] = [];
  const placed = new Set<string>();

  /** Without recursion: threads of thousands may be one long chain. */
  const place = (top: TreePost, isAfterGap: boolean) => {
    const stack: TreePlace[] = [{ id: top.id, parentId: null, depth: isAfterGap ? 1 : 0, isAfterGap }];
    for (let next = stack.pop(); next; next = stack.pop()) {
      if (placed.has(next.id)) continue;
      placed.add(next.id);
      places.push(next);
      const below = (answers.get(next.id) ?? []).toReversed();
      for (const { id } of below) stack.push({ id, parentId: next.id, depth: next.depth + 1, isAfterGap: false });
    }
  };
  for (const top of tops.toSorted((a, b) => Number(isRoot(b)) - Number(isRoot(a)))) place(top, !isFirst(top));
  for (const post of ordered) if (!placed.has(post.id)) place(post, true);
  return places;
}
