import { z } from 'zod';
import { fence, fenceRule } from './fence.ts';

/** Never changed once released: other words are another version in another file. */
export const ENRICH_PROMPT_VERSION = 'enrich.v1';

/** Lengths are cut and not refused: a tag too many is no reason to ask again. */
export const EnrichAnswer = z.object({
  title: z.string().trim().min(1).describe('At most 80 characters. What it is about, not what kind of thing it is.'),
  summary: z.string().trim().describe('Two to four sentences with the most important statements.'),
  tags: z.array(z.string().trim()).describe('Three to eight topics, one to three words each, the most telling first.'),
  language: z
    .string()
    .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/)
    .describe('BCP 47 tag of the language of the text, for example "en" or "ru".'),
});
export type EnrichAnswer = z.infer<typeof EnrichAnswer>;

interface PromptInput {
  readonly kind: 'recording' | 'document';
  readonly title: string | null;
  readonly text: string;
  /** The text is made of notes on the parts of a longer one. */
  readonly isNotes: boolean;
}

export function enrichPrompt({ kind, title, text, isNotes }: PromptInput): { system: string; user: string } {
  const fenced = fence(title ? `Title where it came from: ${title}\n\n${text}` : text);
  const noun = kind === 'recording' ? 'the transcript of a recording' : 'a document';
  return {
    system: [
      'You describe what an archive holds, so that its users find it again and know at a glance what it says.',
      'Write title, summary and tags in the language of the text. State what it says, plainly: no praise, no guesses, nothing',
      'that is not in it, and no openings such as “This video is about”. Keep names and numbers as they are written.',
      fenceRule(fenced.mark),
    ].join('\n'),
    user: `Describe ${noun}${isNotes ? ', given as notes on its parts in order' : ''}.\n\n${fenced.text}`,
  };
}

/** For text longer than one request carries: notes on one part of it. */
export function notesPrompt(input: { kind: 'recording' | 'document'; text: string; part: number; parts: number }): {
  system: string;
  user: string;
} {
  const fenced = fence(input.text);
  const noun = input.kind === 'recording' ? 'the transcript of a recording' : 'a document';
  return {
    system: [
      'You take notes on one part of a longer text, for somebody who will sum up the whole from the notes alone.',
      'At most 150 words, in the language of the text: its topics, statements, names, numbers and decisions. Notes only.',
      fenceRule(fenced.mark),
    ].join('\n'),
    user: `Part ${input.part} of ${input.parts} of ${noun}.\n\n${fenced.text}`,
  };
}
