import { z } from 'zod';
import { fence, fenceRule } from './fence.ts';

/** Never changed once released: other words are another version in another file. */
export const ENRICH_PROMPT_VERSION = 'enrich.v2';

/** Some models write 12 or "[s12]" for "s12": the check of the ids takes them all. */
const At = z.union([z.string(), z.number()]).describe('Id of the line it rests on, as "s12"');
const Named = z.object({ name: z.string().trim().min(1), at: At });
const Told = z.object({ text: z.string().trim().min(1), at: At });
const nameOrNull = z.string().trim().nullish();

/** Lengths are cut and not refused: a tag too many is no reason to ask again. A list left out is an empty one. */
const description = {
  title: z.string().trim().min(1).describe('At most 80 characters: what it is about, not what kind of thing it is'),
  summary: z.string().trim().describe('Two to four sentences with the most important statements'),
  points: z.array(Told).default([]).describe('The long summary: 5 to 15 statements in order, a sentence each'),
  tags: z.array(z.string().trim()).describe('Three to eight topics, one to three words each, the most telling first'),
  language: z
    .string()
    .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/)
    .describe('BCP 47 tag of the language of the text'),
};
const findings = {
  people: z.array(Named).default([]).describe('People named, each once'),
  places: z.array(Named).default([]).describe('Places named, each once'),
  organisations: z.array(Named).default([]).describe('Companies, institutions and groups named, each once'),
  actions: z
    .array(Told.extend({ who: nameOrNull, until: nameOrNull }))
    .default([])
    .describe('What somebody is to do; who and until when only if it is said'),
  quotes: z.array(Told).default([]).describe('Up to 5 memorable sentences, copied word for word'),
};
const chapters = {
  chapters: z
    .array(z.object({ title: z.string().trim().min(1), at: At }))
    .default([])
    .describe('Where each new topic begins'),
};

/** What is asked of a whole text, of one part of a long one, and of the notes on all parts. */
export const WHOLE_FIELDS = { ...description, ...chapters, ...findings };
export const PART_FIELDS = {
  notes: z.array(Told).describe('The statements of this part in order, 20 at most, a sentence each'),
  ...chapters,
  ...findings,
};
export const NOTES_FIELDS = description;

export type WholeAnswer = z.output<z.ZodObject<typeof WHOLE_FIELDS>>;
export type PartAnswer = z.output<z.ZodObject<typeof PART_FIELDS>>;

export interface Prompt {
  readonly system: string;
  readonly user: string;
}

interface PromptInput {
  readonly kind: 'recording' | 'document';
  readonly title: string | null;
  /** Lines, each with its id in brackets. */
  readonly text: string;
  readonly knownTags: readonly string[];
}

const RULES = [
  'Write in the language of the text. State what it says, plainly: no praise, no guesses, nothing that is not in it, and no',
  'openings such as “This video is about”. Keep names and numbers as they are written. Every line begins with its id in',
  'brackets: wherever “at” is asked for, give the id of the line that says it. An empty list where there is nothing.',
].join('\n');

const nounOf = (kind: PromptInput['kind']): string =>
  kind === 'recording' ? 'the transcript of a recording' : 'a document';

/** For a text that one request carries, or for the notes on the parts of a longer one. */
export function enrichPrompt(input: PromptInput & { isNotes: boolean }): Prompt {
  const tags = input.knownTags.length > 0 ? `Tags in use: ${input.knownTags.join(', ')}\n` : '';
  const title = input.title ? `Title where it came from: ${input.title}\n` : '';
  const fenced = fence(`${tags}${title}${tags || title ? '\n' : ''}${input.text}`);
  return {
    system: [
      'You describe what an archive holds, so that its users find it again and know at a glance what it says.',
      RULES,
      ...(tags ? ['Where a tag in use fits, take it, spelled as it is there; a new one only where none fits.'] : []),
      fenceRule(fenced.mark),
    ].join('\n'),
    user: `Describe ${nounOf(input.kind)}${input.isNotes ? ', given as notes on its parts in order' : ''}.\n\n${fenced.text}`,
  };
}

/** For one part of a text longer than one request carries. */
export function partPrompt(input: { kind: PromptInput['kind']; text: string; part: number; parts: number }): Prompt {
  const fenced = fence(input.text);
  return {
    system: [
      'You read one part of a longer text, for somebody who will describe the whole from your notes alone.',
      RULES,
      fenceRule(fenced.mark),
    ].join('\n'),
    user: `Part ${input.part} of ${input.parts} of ${nounOf(input.kind)}.\n\n${fenced.text}`,
  };
}
