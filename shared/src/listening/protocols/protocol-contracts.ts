import { z } from 'zod';

/** How a source that changes without notice is spoken to, and whether that still holds. The same for all organisations. */
export const SourceProtocol = z.object({
  source: z.string(),
  /** Null: the one of this release has not been checked yet. */
  version: z.int().nullable(),
  /** changed: the last check could not read the source. */
  state: z.enum(['unchecked', 'good', 'changed']),
  problem: z.object({ code: z.string(), detail: z.string() }).nullable(),
  checkedAt: z.iso.datetime().nullable(),
  updatedAt: z.iso.datetime().nullable(),
});
export type SourceProtocol = z.infer<typeof SourceProtocol>;
