import type { FoundAuthor, FoundPost } from '@nexus/shared/listening';
import { z } from 'zod';

export const Address = z.url({ protocol: /^https?$/ });
export const Handle = z.string().trim().min(1).max(200);
export const Id = z.string().trim().min(1).max(500);

export interface ImportedPost {
  readonly post: FoundPost;
  /** Came along inside of the line. */
  readonly quoted: FoundPost | null;
}

interface ToldAuthor {
  externalId?: string | undefined;
  handle: string;
  name?: string | undefined;
  url?: string | null | undefined;
  bio?: string | null | undefined;
  avatarUrl?: string | null | undefined;
  followers?: number | null | undefined;
  isVerified?: boolean | null | undefined;
}

export const authorOf = (author: ToldAuthor): FoundAuthor => ({
  externalId: author.externalId ?? author.handle,
  handle: author.handle,
  name: author.name?.trim() || author.handle,
  url: author.url ?? null,
  bio: author.bio ?? null,
  avatarUrl: author.avatarUrl ?? null,
  followers: author.followers ?? null,
  isVerified: author.isVerified ?? null,
});
