import type { FoundPost } from '@nexus/shared/listening';

/** Gaps of a conversation: those the source named, and posts that were answered and are not there. */
export function missingOf(posts: readonly FoundPost[], named: Iterable<string> = []): string[] {
  const there = new Set(posts.map(({ externalId }) => externalId));
  const answered = posts.flatMap(({ replyToExternalId }) => replyToExternalId ?? []);
  return [...new Set([...named, ...answered])].filter((id) => !there.has(id));
}
