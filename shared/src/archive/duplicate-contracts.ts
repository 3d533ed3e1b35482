import { z } from 'zod';
import { ItemSummary } from './contracts.ts';

/** Of the first item to the second: `contains` is the longer one, `excerpt` the shorter, `overlap` shares a part, `maybe` is not as sure as `same`. */
export const DuplicateRelation = z.enum(['same', 'maybe', 'contains', 'excerpt', 'overlap']);
export type DuplicateRelation = z.infer<typeof DuplicateRelation>;

/** `same`: one of them is a duplicate. `related`: both stay, and know of each other. `different`: never asked again. */
export const DuplicateVerdict = z.enum(['same', 'related', 'different']);
export type DuplicateVerdict = z.infer<typeof DuplicateVerdict>;

const DuplicateSide = z.object({
  item: ItemSummary.extend({
    playback: z.object({ url: z.string(), mimeType: z.string() }).nullable(),
    peaksUrl: z.string().nullable(),
  }),
  share: z.number().min(0).max(1).nullable().describe('Of its sound, silence left out, that the other has too'),
  startSeconds: z.number().nullable().describe('Where the stretch that both share begins in it'),
});
export type DuplicateSide = z.infer<typeof DuplicateSide>;

/** Two items that hold the same sound or file, and what was decided about them. */
export const DuplicatePair = z.object({
  id: z.uuid(),
  relation: DuplicateRelation,
  foundBy: z.enum(['file', 'sound']),
  /** Share of differing bits between the fingerprints; null for equal files. */
  bitErrorRate: z.number().nullable(),
  lengthSeconds: z.number().nullable().describe('Of the stretch that both share'),
  first: DuplicateSide,
  second: DuplicateSide,
  /** Null is an open question. */
  verdict: DuplicateVerdict.nullable(),
  /** Null for the machine's own. */
  decidedBy: z.uuid().nullable(),
  decidedAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
});
export type DuplicatePair = z.infer<typeof DuplicatePair>;

export const DuplicateFilter = z.object({
  state: z.enum(['open', 'decided']).default('open').describe('Questions, or what people answered'),
});
export type DuplicateFilter = z.infer<typeof DuplicateFilter>;

export const NewVerdict = z.discriminatedUnion('verdict', [
  z.strictObject({
    verdict: z.literal('same'),
    /** One of the two; the other becomes a duplicate of it. */
    keepId: z.uuid(),
  }),
  z.strictObject({ verdict: z.literal('related') }),
  z.strictObject({ verdict: z.literal('different') }),
]);
export type NewVerdict = z.infer<typeof NewVerdict>;

/** The event `duplicate.changed` on `org:<orgId>:archive`. */
export const DuplicateChanged = z.object({ id: z.uuid(), isOpen: z.boolean() });
export type DuplicateChanged = z.infer<typeof DuplicateChanged>;
