import type { InsightKind } from '../../archive/insight-contracts.ts';
import type { Claim, EnrichField, EnrichInput, FoundChapter } from '../enricher.ts';
import type { PartAnswer, WholeAnswer } from '../prompts/enrich.v2.ts';
import type { CitedLine } from './cited-lines.ts';
import type { SpokenWords } from './spoken-words.ts';

/** What a model says it found, before it is believed. */
export type Findings = Pick<PartAnswer, 'chapters' | 'people' | 'places' | 'organisations' | 'actions' | 'quotes'> &
  Pick<WholeAnswer, 'points'>;

export interface CheckedFindings {
  readonly claims: Claim[];
  readonly chapters: FoundChapter[];
  readonly gaps: Partial<Record<EnrichField, string>>;
}

interface Wanted {
  readonly kind: InsightKind;
  readonly field: EnrichField;
  /** Bounded, whatever a model writes. */
  readonly most: number;
}

const LONGEST_CLAIM = 1_000;
const NO_EVIDENCE = 'Nothing the model said of it names a line of the text.';
const NOT_IN_TEXT = 'Nothing the model said of it stands in the text.';

/** Keeps what rests on a line that exists: quotes whose words stand there, names that are mentioned. The rest is dropped. */
export function checkFindings(
  findings: Partial<Findings>,
  input: Pick<EnrichInput, 'segments' | 'kind'>,
  lines: readonly CitedLine[],
  spoken: SpokenWords,
): CheckedFindings {
  const segmentById = new Map(lines.map(({ id, segment }) => [id, segment]));
  const segmentAt = (at: string | number): number | undefined =>
    segmentById.get(`s${/^\W*s?(\d+)\W*$/i.exec(String(at).trim())?.[1] ?? ''}`);
  const place = (segment: number) => ({
    startSeconds: input.kind === 'recording' ? (input.segments[segment]!.startSeconds ?? null) : null,
    paragraph: input.kind === 'document' ? segment : null,
  });
  const gaps: Partial<Record<EnrichField, string>> = {};

  function keep<Entry extends { at: string | number }>(
    { kind, field, most }: Wanted,
    entries: readonly Entry[] | undefined,
    read: (entry: Entry, segment: number) => (Partial<Claim> & { text: string; segment?: number }) | null,
  ): Claim[] {
    const kept = new Map<string, Claim>();
    let cited = 0;
    for (const entry of entries ?? []) {
      const segment = segmentAt(entry.at);
      if (segment === undefined) continue;
      cited += 1;
      const found = read(entry, segment);
      if (!found) continue;
      const text = found.text.replace(/\s+/g, ' ').trim().slice(0, LONGEST_CLAIM);
      const key = text.toLowerCase();
      if (text === '' || kept.has(key)) continue;
      kept.set(key, {
        kind,
        text,
        who: found.who?.slice(0, 200) || null,
        until: found.until?.slice(0, 200) || null,
        ...place(found.segment ?? segment),
      });
    }
    if (entries?.length && kept.size === 0) gaps[field] = cited === 0 ? NO_EVIDENCE : NOT_IN_TEXT;
    return [...kept.values()].slice(0, most);
  }

  const named = ({ name }: { name: string }) => (spoken.mentions(name) ? { text: name } : null);
  const claims = [
    ...keep({ kind: 'point', field: 'summaryLong', most: 20 }, findings.points, ({ text }) => ({ text })),
    ...keep({ kind: 'person', field: 'people', most: 40 }, findings.people, named),
    ...keep({ kind: 'place', field: 'places', most: 40 }, findings.places, named),
    ...keep({ kind: 'organisation', field: 'organisations', most: 40 }, findings.organisations, named),
    ...keep({ kind: 'action', field: 'actions', most: 40 }, findings.actions, ({ text, who, until }) => ({
      text,
      who: who ?? null,
      until: until ?? null,
    })),
    ...keep({ kind: 'quote', field: 'quotes', most: 12 }, findings.quotes, ({ text }, segment) => {
      const found = spoken.find(text, segment);
      // Who said it is known from the text, and not asked of the model.
      return found && { text: found.text, who: found.speaker, segment: found.segment };
    }),
  ];
  const chapters = input.kind === 'recording' ? readChapters(findings.chapters ?? [], input, segmentAt) : [];
  if (findings.chapters?.length && input.kind === 'recording' && chapters.length === 0) gaps.chapters = NO_EVIDENCE;
  return { claims, chapters, gaps };
}

/** In the order of time, each until the next begins; the first from the start. One alone divides nothing and is left out. */
function readChapters(
  found: Findings['chapters'],
  { segments }: Pick<EnrichInput, 'segments'>,
  segmentAt: (at: string | number) => number | undefined,
): FoundChapter[] {
  const starts = new Map<number, string>();
  for (const { title, at } of found) {
    const segment = segmentAt(at);
    const seconds = segment === undefined ? null : segments[segment]!.startSeconds;
    if (seconds != null && !starts.has(seconds)) starts.set(seconds, title.replace(/\s+/g, ' ').slice(0, 120));
  }
  const ordered = [...starts].sort(([a], [b]) => a - b).slice(0, 60);
  if (ordered.length < 2) return [];
  const end = Math.max(...segments.map(({ startSeconds, endSeconds }) => endSeconds ?? startSeconds ?? 0));
  return ordered.map(([seconds, title], index) => {
    const startSeconds = index === 0 ? 0 : seconds;
    return { title, startSeconds, endSeconds: Math.max(startSeconds, ordered[index + 1]?.[0] ?? end) };
  });
}
