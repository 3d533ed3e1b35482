import { z } from 'zod';
import { ItemKind, ItemStatus, ItemSummary, StepName } from './contracts.ts';
import { oneLine } from './storable-text.ts';

/** A query's value that may stand there once or several times; read as a list. */
const several = <One extends z.ZodType>(one: One) =>
  z.union([one.transform((value) => [value]), z.array(one).max(20)]).optional();

const Words = z.string().trim().min(1).max(200);
const Seconds = z.coerce.number().min(0).max(1e9);

/** What narrows the library. Of each list one is enough, but of `tag` every one is asked for. */
export const ItemFilter = z.object({
  status: several(ItemStatus),
  kind: several(ItemKind),
  /** Words in the title or the original name. */
  q: z.string().trim().max(200).optional(),
  tag: several(Words),
  /** Names of people, or what a transcript calls a voice that has no name. */
  speaker: several(Words),
  language: several(Words),
  source: several(Words),
  collection: z.uuid().optional(),
  /** Added at this time or later. */
  since: z.iso.datetime({ offset: true }).optional(),
  /** Added before this time. */
  until: z.iso.datetime({ offset: true }).optional(),
  minSeconds: Seconds.optional(),
  maxSeconds: Seconds.optional(),
});
export type ItemFilter = z.infer<typeof ItemFilter>;

export const ItemOrder = z.enum(['newest', 'oldest', 'title', 'longest', 'largest', 'changed']);
export type ItemOrder = z.infer<typeof ItemOrder>;

export const ItemPage = z.object({ items: z.array(ItemSummary), nextCursor: z.string().nullable() });
export type ItemPage = z.infer<typeof ItemPage>;

const Count = z.object({ value: z.string(), count: z.number().int() });

/** How many items each choice of a filter leaves, the other filters as they are. Most first, at most 50 of each. */
export const Facets = z.object({
  total: z.number().int(),
  kind: z.array(Count),
  status: z.array(Count),
  source: z.array(Count),
  language: z.array(Count),
  tag: z.array(Count),
  speaker: z.array(Count),
  collection: z.array(Count.extend({ label: z.string() })),
});
export type Facets = z.infer<typeof Facets>;

const Ids = z.array(z.uuid()).min(1).max(500);
const Tags = z.array(z.string().overwrite(oneLine).min(1).max(60)).max(40).default([]);

/** One thing done to many items. */
export const BulkChange = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('tag'), ids: Ids, add: Tags, remove: Tags }),
  z.strictObject({ action: z.literal('collect'), ids: Ids, collectionId: z.uuid() }),
  z.strictObject({ action: z.literal('uncollect'), ids: Ids, collectionId: z.uuid() }),
  z.strictObject({ action: z.literal('rerun'), ids: Ids, fromStep: StepName.optional() }),
  z.strictObject({ action: z.literal('delete'), ids: Ids }),
]);
export type BulkChange = z.infer<typeof BulkChange>;

/** Every id asked for stands in one of the two. */
export const BulkReport = z.object({
  done: z.array(z.uuid()),
  refused: z.array(z.object({ id: z.uuid(), code: z.string(), detail: z.string() })),
});
export type BulkReport = z.infer<typeof BulkReport>;

const CollectionName = z.string().overwrite(oneLine).min(1).max(120);
const CollectionDescription = z.string().trim().max(2000);

export const NewCollection = z.strictObject({ name: CollectionName, description: CollectionDescription.default('') });
export type NewCollection = z.infer<typeof NewCollection>;

export const CollectionChange = z.strictObject({
  name: CollectionName.optional(),
  description: CollectionDescription.optional(),
});
export type CollectionChange = z.infer<typeof CollectionChange>;

export const Collection = z.object({
  id: z.uuid(),
  name: z.string(),
  description: z.string(),
  itemCount: z.number().int(),
  createdAt: z.iso.datetime(),
});
export type Collection = z.infer<typeof Collection>;
