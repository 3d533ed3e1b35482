import { z } from 'zod';
import { ItemSummary } from '../archive/contracts.ts';
import { oneLine } from '../archive/storable-text.ts';
import { SearchRequest } from './contracts.ts';

const SearchName = z.string().overwrite(oneLine).min(1).max(120);

/** A question and its filters, as they are asked again. */
export const SavedRequest = SearchRequest.omit({ limit: true, cursor: true });
export type SavedRequest = z.infer<typeof SavedRequest>;

export const NewSavedSearch = z.strictObject({ name: SearchName, request: SavedRequest });
export type NewSavedSearch = z.infer<typeof NewSavedSearch>;

/** `opened` says that its owner has seen what there is now: from then on only later passages are new. */
export const SavedSearchChange = z.strictObject({ name: SearchName.optional(), opened: z.literal(true).optional() });
export type SavedSearchChange = z.infer<typeof SavedSearchChange>;

export const SavedSearch = z.object({
  id: z.uuid(),
  name: z.string(),
  request: SavedRequest,
  openedAt: z.iso.datetime(),
  createdAt: z.iso.datetime(),
});
export type SavedSearch = z.infer<typeof SavedSearch>;

/** Among the best 100 passages by words, how many were indexed since the search was opened last. */
export const NewResults = z.object({ count: z.int() });
export type NewResults = z.infer<typeof NewResults>;

export const SimilarItems = z.object({
  /** Nearest in meaning first, or most telling words in common first. Never the item itself. */
  items: z.array(ItemSummary),
  mode: z.enum(['vectors', 'words']),
});
export type SimilarItems = z.infer<typeof SimilarItems>;
