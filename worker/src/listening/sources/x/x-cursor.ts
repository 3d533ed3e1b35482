import { z } from 'zod';

/** Where a search stands: which of its queries, X's own cursor in it, and how many empty pages came in a row. */
export const SearchCursor = z.object({ query: z.int().nonnegative(), at: z.string().nullable(), empty: z.int() });
export type SearchCursor = z.infer<typeof SearchCursor>;

/** Where a conversation stands: the post it is asked for, and X's cursors that are still to follow, the next one last. */
export const ConversationCursor = z.object({ focal: z.string(), ahead: z.array(z.string()).max(2000) });
export type ConversationCursor = z.infer<typeof ConversationCursor>;
