import { z } from 'zod';

const Span = z.object({ startSeconds: z.number(), endSeconds: z.number() });

/** What the child is asked, as JSON in its only argument. */
export const SherpaOrder = z.discriminatedUnion('task', [
  z.object({
    task: z.literal('speakers'),
    wavPath: z.string(),
    segmentationPath: z.string(),
    voicePath: z.string(),
    threads: z.number(),
    parts: z.array(Span),
  }),
  z.object({ task: z.literal('speech'), wavPath: z.string(), modelPath: z.string() }),
]);
export type SherpaOrder = z.infer<typeof SherpaOrder>;

/** Someone speaking without interruption; `speaker` counts from 0 within the part. Seconds from the start of the recording. */
export const HeardTurn = Span.extend({ speaker: z.number().int() });
export type HeardTurn = z.infer<typeof HeardTurn>;

/** A voice of a part as numbers, from so many seconds of it. Empty when there was too little to hear. */
export const HeardVoice = z.object({ speaker: z.number().int(), seconds: z.number(), vector: z.array(z.number()) });
export type HeardVoice = z.infer<typeof HeardVoice>;

/** What the child says, one JSON object a line on standard output. */
export const SherpaMessage = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('part'),
    index: z.number().int(),
    turns: z.array(HeardTurn),
    voices: z.array(HeardVoice),
  }),
  z.object({ type: z.literal('speech'), spans: z.array(Span) }),
]);
export type SherpaMessage = z.infer<typeof SherpaMessage>;
