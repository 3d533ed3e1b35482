import type { FoundAuthor } from '@nexus/shared/listening';
import { countOf, firstOf, isJson, textOf } from './json-path.ts';
import type { AuthorPaths } from './protocol.ts';

/** Null when it cannot be read: without number and handle nobody is known again. */
export function parseAuthor(node: unknown, paths: AuthorPaths): FoundAuthor | null {
  if (!isJson(node) || typeof node.rest_id !== 'string') return null;
  const handle = textOf(node, paths.handle);
  if (handle === null) return null;
  const isVerified = firstOf(node, paths.isVerified);
  return {
    externalId: node.rest_id,
    handle,
    name: textOf(node, paths.name) ?? handle,
    url: `https://x.com/${handle}`,
    bio: textOf(node, paths.bio),
    avatarUrl: textOf(node, paths.avatar),
    followers: countOf(node, paths.followers),
    isVerified: typeof isVerified === 'boolean' ? isVerified : null,
  };
}

/** Suspended, deactivated, or blocking the account that asks: their posts cannot be shown. */
export const isUnavailable = (node: unknown): boolean => isJson(node) && node.__typename === 'UserUnavailable';
