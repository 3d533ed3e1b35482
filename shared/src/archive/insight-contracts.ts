import { z } from 'zod';

/** A part of a recording, in seconds from its start. Ordered, not overlapping. */
export const Chapter = z.object({
  position: z.number().int(),
  startSeconds: z.number(),
  endSeconds: z.number(),
  title: z.string(),
  /** `source`: came with the recording and stays. `offline`: cut where the words change, no model was asked. */
  origin: z.enum(['source', 'model', 'offline']),
});
export type Chapter = z.infer<typeof Chapter>;

/** `point`: a statement of the long summary. */
export const InsightKind = z.enum(['point', 'person', 'place', 'organisation', 'action', 'quote']);
export type InsightKind = z.infer<typeof InsightKind>;

/** A claim about an item and the place it rests on: `startSeconds` in a recording, `paragraph` (a segment's position) in a document. */
export const Insight = z.object({
  id: z.uuid(),
  kind: InsightKind,
  /** Ordered by kind, then by this. */
  position: z.number().int(),
  text: z.string(),
  /** Of an action: who does it and until when, as it was said. Of a quote: whose words. */
  who: z.string().nullable(),
  until: z.string().nullable(),
  startSeconds: z.number().nullable(),
  paragraph: z.number().int().nullable(),
  origin: z.enum(['model', 'offline']),
});
export type Insight = z.infer<typeof Insight>;
