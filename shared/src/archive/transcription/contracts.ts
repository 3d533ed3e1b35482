import { z } from 'zod';
import { RowProblem } from '../contracts.ts';
import { oneLine } from '../storable-text.ts';

/** Transcribers read about 200 words before they listen; more would push out the first. */
export const MOST_TERMS = 200;

/** A name or word that transcribers should know, spelled as it should stand. */
export const Term = z.object({ id: z.uuid(), term: z.string(), createdAt: z.iso.datetime() });
export type Term = z.infer<typeof Term>;

export const NewTerms = z.strictObject({
  terms: z.array(z.string().overwrite(oneLine).min(1).max(80)).min(1).max(MOST_TERMS),
});
export type NewTerms = z.infer<typeof NewTerms>;

export const SpeechSettings = z.object({
  recognisesVoices: z.boolean().describe('Make voice prints of named speakers and know them again in later recordings'),
});
export type SpeechSettings = z.infer<typeof SpeechSettings>;
export const SpeechSettingsChange = z.strictObject(SpeechSettings.shape);

/** One try of a transcriber at an item. */
export const TranscriptRun = z.object({
  id: z.uuid(),
  adapter: z.string(),
  label: z.string(),
  model: z.string().nullable(),
  language: z.string().nullable(),
  outcome: z
    .enum(['done', 'passed-over', 'failed', 'canceled'])
    .describe('passed-over: it was down, and the next in order was asked'),
  problem: RowProblem.pick({ code: true, detail: true }).nullable(),
  soundSeconds: z.number().describe('Of sound worked on, without the silence that was skipped'),
  computeSeconds: z.number(),
  costUsd: z.number().nullable().describe('By the price a minute that the connection states'),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
});
export type TranscriptRun = z.infer<typeof TranscriptRun>;
