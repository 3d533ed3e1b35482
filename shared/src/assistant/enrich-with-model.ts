import { z } from 'zod';
import { checkFindings } from './enrich/check-claims.ts';
import { citedLines, type CitedLine, renderLines, splitLines } from './enrich/cited-lines.ts';
import { inParallel } from './enrich/in-parallel.ts';
import { SpokenWords } from './enrich/spoken-words.ts';
import { type Fields, type FieldValues, takeFields } from './enrich/take-fields.ts';
import { tidyTags } from './enrich/tidy-tags.ts';
import { enrichOffline } from './enrich-offline.ts';
import { ENRICH_FIELDS, type EnrichField, type Enricher, type EnrichInput } from './enricher.ts';
import { addUsage, type Model, type Usage } from './model.ts';
import { enrichPrompt, NOTES_FIELDS, PART_FIELDS, partPrompt, type Prompt, WHOLE_FIELDS } from './prompts/enrich.v2.ts';

/** A text longer than this many requests carry is read in as many excerpts, evenly spread: costs stay bounded. */
const MAX_PARTS = 24;
/** A server on a laptop answers one at a time anyway, and a service counts requests per minute. */
const PARTS_AT_ONCE = 3;
/** Room for the instructions and the schema. */
const PROMPT_CHARACTERS = 5_000;
/** Of what a request carries, for tags in use. */
const TAGS_SHARE = 0.05;

type Gaps = Partial<Record<EnrichField, string>>;
type Asked<Shape extends Fields> = { value: FieldValues<Shape>; gaps: Partial<Record<string, string>>; usage: Usage };

/**
 * Everything an item's page tells, written by a model, each claim with the line it rests on. Long texts go map-reduce: notes
 * and findings of each part, then one description. A field that does not fit stays empty with its reason.
 */
export function enrichWithModel(model: Model): Enricher {
  return {
    async enrich(input) {
      const lines = citedLines(input.segments);
      // Nothing was said: there is nothing to ask.
      if (lines.length === 0) return enrichOffline.enrich(input);

      const knownTags = fittingTags(input.knownTags ?? [], model.inputCharacters);
      const room = Math.max(1_000, model.inputCharacters - PROMPT_CHARACTERS - knownTags.join(', ').length);
      const { parts, readShare } = splitLines(lines, room, MAX_PARTS);
      const answer =
        parts.length === 1
          ? await describeWhole(model, input, lines, knownTags)
          : await describeParts(model, input, parts, { room, knownTags });
      const gaps: Gaps = fieldNames(answer.gaps);
      if (readShare < 1)
        gaps.text = `It is very long: ${MAX_PARTS} excerpts were read, ${Math.round(readShare * 100)} % of it.`;

      const { title, summary, tags, language } = answer.value;
      const checked = checkFindings(answer.value, input, lines, new SpokenWords(input.segments));
      return {
        title: title?.replace(/\s+/g, ' ').slice(0, 120) || null,
        summary: summary?.slice(0, 2_000) ?? '',
        tags: tidyTags(tags ?? [], input.knownTags),
        language: input.language ?? language ?? null,
        chapters: input.wantsChapters === false ? [] : checked.chapters,
        claims: checked.claims,
        gaps: { ...checked.gaps, ...gaps },
        model: model.id,
        isOffline: false,
        usage: answer.usage,
        price: model.price ?? null,
      };
    },
  };
}

async function describeWhole(
  model: Model,
  input: EnrichInput,
  lines: readonly CitedLine[],
  knownTags: readonly string[],
) {
  const prompt = enrichPrompt({ ...headOf(input), knownTags, text: renderLines(lines), isNotes: false });
  const answer = await ask(model, WHOLE_FIELDS, prompt, input.signal);
  input.onProgress?.(1);
  return answer;
}

async function describeParts(
  model: Model,
  input: EnrichInput,
  parts: readonly CitedLine[][],
  { room, knownTags }: { room: number; knownTags: readonly string[] },
): Promise<Asked<typeof WHOLE_FIELDS>> {
  let answered = 0;
  const read = await inParallel(parts, PARTS_AT_ONCE, input.signal, async (part, index, signal) => {
    const prompt = partPrompt({ kind: input.kind, text: renderLines(part), part: index + 1, parts: parts.length });
    const answer = await ask(model, PART_FIELDS, prompt, signal);
    answered += 1;
    input.onProgress?.(answered / (parts.length + 1));
    return answer;
  });

  // Notes that ran on would crowd out those on the other parts.
  const most = Math.floor(room / parts.length) - 2;
  const notes = read.map(({ value }) =>
    (value.notes ?? [])
      .map(({ text, at }) => `[${String(at).replace(/[[\]]/g, '')}] ${text.replace(/\s+/g, ' ')}`)
      .join('\n')
      .slice(0, most),
  );
  const prompt = enrichPrompt({ ...headOf(input), knownTags, text: notes.join('\n'), isNotes: true });
  const described = await ask(model, NOTES_FIELDS, prompt, input.signal);
  input.onProgress?.(1);

  const values = read.map(({ value }) => value);
  return {
    value: {
      ...described.value,
      chapters: values.flatMap(({ chapters = [] }) => chapters),
      people: values.flatMap(({ people = [] }) => people),
      places: values.flatMap(({ places = [] }) => places),
      organisations: values.flatMap(({ organisations = [] }) => organisations),
      actions: values.flatMap(({ actions = [] }) => actions),
      quotes: values.flatMap(({ quotes = [] }) => quotes),
    },
    gaps: { ...gapsOfAll(read.map(({ gaps }) => gaps)), ...described.gaps },
    usage: read.reduce((sum, { usage }) => addUsage(sum, usage), described.usage),
  };
}

/** A finding is told to be missing only where no part gave any. */
function gapsOfAll(gaps: readonly Partial<Record<string, string>>[]): Partial<Record<string, string>> {
  const [first = {}, ...others] = gaps;
  return Object.fromEntries(
    Object.entries(first).filter(([name]) => others.every((other) => other[name] !== undefined)),
  );
}

/** One answer, checked field by field: what does not fit after a second try is a gap, and does not take the rest with it. */
async function ask<Shape extends Fields>(
  model: Model,
  shape: Shape,
  { system, user }: Prompt,
  signal: AbortSignal | undefined,
): Promise<Asked<Shape>> {
  let gaps: Partial<Record<string, string>> = {};
  const { value, usage } = await model.generateJson<FieldValues<Shape>>({
    schema: z.object(shape) as unknown as z.ZodType<FieldValues<Shape>>,
    system,
    messages: [{ role: 'user', text: user }],
    // Reasoning models spend most of it before the first word.
    maxOutputTokens: 8_000,
    salvage(answers) {
      const taken = takeFields(shape, answers);
      if (taken) gaps = taken.gaps;
      return taken?.value;
    },
    ...(signal ? { signal } : {}),
  });
  return { value, gaps, usage };
}

const headOf = ({ kind, title }: EnrichInput) => ({ kind, title: title?.slice(0, 300) ?? null });

/** The answer's names for fields, as the item has them; notes are nobody's field. */
function fieldNames(gaps: Partial<Record<string, string>>): Gaps {
  const known: readonly string[] = ENRICH_FIELDS;
  const named = Object.entries(gaps).map(
    ([name, reason]) => [name === 'points' ? 'summaryLong' : name, reason] as const,
  );
  return Object.fromEntries(named.filter(([name]) => known.includes(name)));
}

function fittingTags(tags: readonly string[], inputCharacters: number): string[] {
  const fitting: string[] = [];
  let left = Math.min(2_000, inputCharacters * TAGS_SHARE);
  for (const tag of tags) {
    left -= tag.length + 2;
    if (left < 0) break;
    fitting.push(tag);
  }
  return fitting;
}
