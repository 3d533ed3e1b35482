import { z } from 'zod';
import { ItemKind } from '../archive/contracts.ts';

/** A question in plain words. Quotes, punctuation and emoji are taken for what they are: no words. */
export const SearchRequest = z.strictObject({
  query: z
    .string()
    // oxlint-disable-next-line no-control-regex
    .overwrite((text) => text.toWellFormed().replace(/[\u0000-\u001f\u007f]/g, ' '))
    .trim()
    .min(1)
    .max(1_000),
  /** Passages per page. */
  limit: z.int().min(1).max(50).default(20),
  /** `nextCursor` of the page before, with everything else unchanged. */
  cursor: z.string().max(200).optional(),
  /** Search in one item only. */
  itemId: z.uuid().optional(),
  kinds: z.array(ItemKind).min(1).max(10).optional(),
  /** Search in the items of one collection only. */
  collectionId: z.uuid().optional(),
  /** Items that carry every one of these. */
  tags: z.array(z.string().trim().min(1).max(60)).min(1).max(20).optional(),
  /** Passages that one of these says. */
  speakers: z.array(z.string().trim().min(1).max(200)).min(1).max(20).optional(),
  /** Items in one of these, as BCP 47 tags. */
  languages: z.array(z.string().trim().min(2).max(35)).min(1).max(20).optional(),
  /** Items added at this time or later. */
  since: z.iso.datetime({ offset: true }).optional(),
  /** Items added before this time. */
  until: z.iso.datetime({ offset: true }).optional(),
});
export type SearchRequest = z.infer<typeof SearchRequest>;

/** Part of `text`, in UTF-16 units as JavaScript counts them: `text.slice(start, end)` is a word that was asked for. */
export const Mark = z.object({ start: z.int(), end: z.int() });
export type Mark = z.infer<typeof Mark>;

/** About 1,200 characters of an item, with the place at which they best answer the question. */
export const Passage = z.object({
  id: z.uuid(),
  itemId: z.uuid(),
  title: z.string(),
  kind: ItemKind,
  /** The section of a document the passage stands in. */
  heading: z.string().nullable(),
  text: z.string(),
  /** In order, not overlapping. Empty when only the meaning matched. */
  marks: z.array(Mark),
  /** Where to open a recording: the line with the most words asked for. Null for documents. */
  startSeconds: z.number().nullable(),
  endSeconds: z.number().nullable(),
  /** Where to open a document: the position of its best paragraph among the item's segments. Null for recordings. */
  paragraph: z.int().nullable(),
  speaker: z.string().nullable(),
  /** Higher is better; comparable within one answer only. */
  score: z.number(),
});
export type Passage = z.infer<typeof Passage>;

export const SearchResponse = z.object({
  passages: z.array(Passage),
  nextCursor: z.string().nullable(),
  /** What ranked them: words alone, or words and meaning. */
  mode: z.enum(['words', 'words+vectors']),
  /** Why meaning had no part although an embedder is connected, in words for the user. */
  warning: z.string().nullable(),
});
export type SearchResponse = z.infer<typeof SearchResponse>;
