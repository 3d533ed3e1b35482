import { z } from 'zod';

/** What the child is asked, as JSON in its only argument. */
export const WhisperOrder = z.object({
  addon: z.string(),
  modelPath: z.string(),
  wavPath: z.string(),
  /** ISO 639-1, or `auto`. */
  language: z.string(),
  /** What stands before the words, as if it had been said; empty for nothing. */
  prompt: z.string(),
  threads: z.number(),
  parts: z.array(z.object({ startSeconds: z.number(), endSeconds: z.number() })),
});
export type WhisperOrder = z.infer<typeof WhisperOrder>;

/** Pieces as the engine gives them, in milliseconds from the start of the part: tokens, or whole phrases. */
export const WhisperPiece = z.object({ text: z.string(), t0: z.number(), t1: z.number() });
export type WhisperPiece = z.infer<typeof WhisperPiece>;

/** What the child says, one JSON object a line on standard output. */
export const WhisperMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('progress'), fraction: z.number() }),
  z.object({
    type: z.literal('part'),
    index: z.number(),
    language: z.string().nullable(),
    isByWord: z.boolean(),
    pieces: z.array(WhisperPiece),
  }),
]);
export type WhisperMessage = z.infer<typeof WhisperMessage>;
