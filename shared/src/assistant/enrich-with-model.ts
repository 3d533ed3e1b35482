import type { Enricher, EnrichInput, TextSegment } from './enricher.ts';
import { addUsage, type Model, NO_USAGE, type Usage } from './model.ts';
import { enrichOffline } from './enrich-offline.ts';
import { EnrichAnswer, enrichPrompt, notesPrompt } from './prompts/enrich.v1.ts';

/** A text longer than this many requests carry is read in as many excerpts, evenly spread: costs stay bounded. */
const MAX_PARTS = 12;
/** Room for the instructions and the schema. */
const PROMPT_CHARACTERS = 2_500;

/** Title, summary, tags and language written by a model. Long texts go map-reduce: notes on each part, then one answer. */
export function enrichWithModel(model: Model): Enricher {
  return {
    async enrich(input) {
      const whole = render(input.segments);
      // Nothing was said: there is nothing to ask.
      if (whole.trim() === '') return enrichOffline.enrich(input);

      const room = Math.max(1_000, model.inputCharacters - PROMPT_CHARACTERS);
      const reduced =
        whole.length <= room ? { text: whole, usage: NO_USAGE } : await takeNotes(model, input, whole, room);
      const { system, user } = enrichPrompt({
        kind: input.kind,
        title: input.title ?? null,
        text: reduced.text,
        isNotes: whole.length > room,
      });
      const { value, usage } = await model.generateJson({
        schema: EnrichAnswer,
        system,
        messages: [{ role: 'user', text: user }],
        // Reasoning models spend most of it before the first word.
        maxOutputTokens: 4_000,
        ...(input.signal ? { signal: input.signal } : {}),
      });
      return {
        title: value.title.replace(/\s+/g, ' ').slice(0, 120),
        summary: value.summary.slice(0, 2_000),
        tags: tidyTags(value.tags),
        language: input.language ?? value.language,
        model: model.id,
        isOffline: false,
        usage: addUsage(reduced.usage, usage),
      };
    },
  };
}

async function takeNotes(
  model: Model,
  input: EnrichInput,
  whole: string,
  room: number,
): Promise<{ text: string; usage: Usage }> {
  const parts = split(whole, room);
  const notes: string[] = [];
  let usage = NO_USAGE;
  for (const [index, text] of parts.entries()) {
    const { system, user } = notesPrompt({ kind: input.kind, text, part: index + 1, parts: parts.length });
    const answer = await model.generate({
      system,
      messages: [{ role: 'user', text: user }],
      maxOutputTokens: 2_000,
      ...(input.signal ? { signal: input.signal } : {}),
    });
    // Notes that ran on would crowd out those on the other parts.
    notes.push(answer.text.trim().slice(0, Math.floor(room / parts.length) - 2));
    usage = addUsage(usage, answer.usage);
  }
  return { text: notes.join('\n\n'), usage };
}

/** Parts of at most `room` characters, cut at line ends where there is one. More than `MAX_PARTS` lose their tails. */
function split(text: string, room: number): string[] {
  const count = Math.ceil(text.length / room);
  const size = Math.ceil(text.length / Math.min(count, MAX_PARTS));
  const parts: string[] = [];
  for (let start = 0; start < text.length; start += size) {
    const part = text.slice(start, Math.min(start + size, start + room));
    const end = part.lastIndexOf('\n');
    parts.push(count > MAX_PARTS && end > room / 2 ? part.slice(0, end) : part);
  }
  return parts;
}

/** One line per speaker's turn or block, as a reader would want it. */
function render(segments: readonly TextSegment[]): string {
  const lines: string[] = [];
  let speaker: string | null | undefined;
  for (const segment of segments) {
    const text = segment.text.replace(/\s+/g, ' ').trim();
    if (text === '') continue;
    const isSpeech = (segment.kind ?? 'speech') === 'speech';
    if (isSpeech && lines.length > 0 && segment.speaker === speaker && lines.at(-1)!.length < 1_000) {
      lines[lines.length - 1] += ` ${text}`;
    } else {
      lines.push(
        `${segment.kind === 'heading' ? '# ' : ''}${isSpeech && segment.speaker ? `${segment.speaker}: ` : ''}${text}`,
      );
    }
    speaker = isSpeech ? segment.speaker : undefined;
  }
  return lines.join('\n');
}

function tidyTags(tags: readonly string[]): string[] {
  const seen = new Map<string, string>();
  for (const tag of tags) {
    const tidy = tag.replace(/^#/, '').replace(/\s+/g, ' ').trim().slice(0, 60);
    if (tidy !== '' && !seen.has(tidy.toLowerCase())) seen.set(tidy.toLowerCase(), tidy);
  }
  return [...seen.values()].slice(0, 8);
}
