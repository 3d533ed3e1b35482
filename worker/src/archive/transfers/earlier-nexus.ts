import { cutText, oneLine, storableText } from '@nexus/shared/archive';
import { NexusError } from '@nexus/shared/platform';
import { z } from 'zod';

/** An item of the earlier Nexus, which kept everything in the browser's IndexedDB. */
export interface EarlierItem {
  /** What the file calls it, or its place in it. */
  key: string;
  title: string;
  sourceUrl: string | null;
  /** With seconds when the transcript had them. */
  segments: { startSeconds: number | null; endSeconds: number | null; speaker: string | null; text: string }[];
  summary: string | null;
  tags: string[];
  createdAt: Date | null;
}

/** Why an entry cannot be brought in. */
export interface EarlierFault {
  key: string;
  title: string;
  detail: string;
}

/** As browsers and people write them: numbers for texts, texts for lists, any of several names. */
const Text = z.union([z.string(), z.number()]).transform(String);
const Cue = z.object({
  start: z.number().nullish(),
  startTime: z.number().nullish(),
  startSeconds: z.number().nullish(),
  end: z.number().nullish(),
  endTime: z.number().nullish(),
  endSeconds: z.number().nullish(),
  duration: z.number().nullish(),
  speaker: Text.nullish(),
  text: Text,
});
const Cues = z.array(z.union([Text, Cue]));
const Transcript = z.union([Text, Cues, z.object({ segments: Cues }), z.object({ text: Text })]);
const Tags = z.union([z.string().transform((text) => text.split(',')), z.array(Text)]);
const When = z.union([z.number(), z.string()]);
const Earlier = z.object({
  id: Text.nullish(),
  title: Text.nullish(),
  name: Text.nullish(),
  type: Text.nullish(),
  source: Text.nullish(),
  sourceUrl: Text.nullish(),
  url: Text.nullish(),
  transcript: Transcript.nullish(),
  content: Text.nullish(),
  text: Text.nullish(),
  summary: Text.nullish(),
  tags: Tags.nullish(),
  createdAt: When.nullish(),
  date: When.nullish(),
  timestamp: When.nullish(),
});
type Earlier = z.infer<typeof Earlier>;

const Rows = z.array(z.unknown());
/** A bare list, `{items: […]}`, or what a tool for IndexedDB writes: `{data: {data: [{tableName, rows}]}}`. */
const Export = z.union([
  Rows,
  z.object({ items: Rows }).transform(({ items }) => items),
  z.object({ data: z.object({ items: Rows }) }).transform(({ data }) => data.items),
  z
    .object({ data: z.object({ data: z.array(z.object({ tableName: z.string(), rows: Rows })) }) })
    .transform(({ data }) => data.data.find(({ tableName }) => tableName === 'items')?.rows ?? []),
]);

/** Reads an export of the earlier Nexus. `unreadable-media` when it is none, or cut off. */
export function readEarlierExport(text: string): { items: EarlierItem[]; faults: EarlierFault[] } {
  const exported = Export.safeParse(parse(text));
  if (!exported.success)
    throw new NexusError(
      'unreadable-media',
      'This JSON has no list of items as an export of the earlier Nexus has. Export it again there.',
      { cause: exported.error },
    );
  const items: EarlierItem[] = [];
  const faults: EarlierFault[] = [];
  const keys = new Set<string>();
  for (const [index, raw] of exported.data.entries()) {
    const parsed = Earlier.safeParse(raw);
    const key = uniqueKey(keys, parsed.data?.id ?? `#${index + 1}`);
    const title = titleOf(parsed.data, raw);
    const segments = parsed.success ? segmentsOf(parsed.data) : [];
    if (!parsed.success) faults.push({ key, title, detail: `It is not as expected: ${wrong(parsed.error)}.` });
    else if (segments.length === 0) faults.push({ key, title, detail: 'It has no transcript and no text.' });
    else items.push({ key, title, segments, ...restOf(parsed.data) });
  }
  return { items, faults };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof RangeError)) throw error;
    throw new NexusError(
      'unreadable-media',
      'The file is cut off or damaged: it is no whole JSON, and no ZIP of Nexus either. Export it again.',
      { cause: error },
    );
  }
}

const wrong = (error: z.ZodError): string =>
  error.issues
    .map(({ path, message }) => `${path.join('.') || 'item'}: ${message}`)
    .join('; ')
    .slice(0, 300);

function uniqueKey(keys: Set<string>, wanted: string): string {
  const base = cutText(storableText(wanted), 150) || 'item';
  let key = base;
  for (let copy = 2; keys.has(key); copy++) key = `${base} (${copy})`;
  keys.add(key);
  return key;
}

function titleOf(item: Earlier | undefined, raw: unknown): string {
  const loose = z.object({ title: z.string() }).safeParse(raw).data?.title;
  return cutText(oneLine(storableText(item?.title ?? item?.name ?? loose ?? '')), 500) || 'Untitled';
}

function restOf(item: Earlier): Pick<EarlierItem, 'sourceUrl' | 'summary' | 'tags' | 'createdAt'> {
  const address = [item.sourceUrl, item.url, item.source].map((text) => URL.parse(text?.trim() ?? ''));
  const url = address.find((found) => found !== null && /^https?:$/.test(found.protocol));
  const tags = (item.tags ?? []).map((tag) => cutText(oneLine(storableText(tag)), 60)).filter(Boolean);
  return {
    sourceUrl: url && url.href.length <= 4096 ? url.href : null,
    summary: storableText(item.summary ?? '').trim() || null,
    tags: [...new Set(tags)].slice(0, 40),
    createdAt: dateOf(item.createdAt ?? item.date ?? item.timestamp),
  };
}

/** Milliseconds as JavaScript counts them, seconds as others do, or a date in words. */
function dateOf(when: string | number | null | undefined): Date | null {
  if (when === null || when === undefined) return null;
  const date = new Date(typeof when === 'number' && when < 1e11 ? when * 1000 : when);
  const isSane = !Number.isNaN(date.getTime()) && date.getUTCFullYear() >= 1990 && date.getUTCFullYear() < 2100;
  return isSane ? date : null;
}

function segmentsOf(item: Earlier): EarlierItem['segments'] {
  const { transcript } = item;
  const cues = Array.isArray(transcript)
    ? transcript
    : transcript !== null && typeof transcript === 'object' && 'segments' in transcript
      ? transcript.segments
      : null;
  if (cues) return inOrder(cues.map(toSegment).filter(({ text }) => text !== ''));
  const whole =
    typeof transcript === 'string'
      ? transcript
      : transcript && 'text' in transcript
        ? transcript.text
        : (item.content ?? item.text ?? '');
  return storableText(whole)
    .split(/\n\s*\n/)
    .map((text) => ({ startSeconds: null, endSeconds: null, speaker: null, text: text.trim() }))
    .filter(({ text }) => text !== '');
}

function toSegment(cue: string | z.infer<typeof Cue>): EarlierItem['segments'][number] {
  if (typeof cue === 'string')
    return { startSeconds: null, endSeconds: null, speaker: null, text: storableText(cue).trim() };
  const start = cue.startSeconds ?? cue.start ?? cue.startTime ?? null;
  const end =
    cue.endSeconds ?? cue.end ?? cue.endTime ?? (start !== null && cue.duration ? start + cue.duration : start);
  const isTimed = start !== null && start >= 0 && end !== null && end >= start;
  return {
    startSeconds: isTimed ? start : null,
    endSeconds: isTimed ? end : null,
    speaker: cue.speaker ? cutText(oneLine(storableText(cue.speaker)), 120) || null : null,
    text: storableText(cue.text).trim(),
  };
}

/** Seconds count only when every cue has them; then they are put in order and kept from overlapping. */
function inOrder(segments: EarlierItem['segments']): EarlierItem['segments'] {
  if (segments.some(({ startSeconds }) => startSeconds === null))
    return segments.map((segment) => ({ ...segment, startSeconds: null, endSeconds: null }));
  const sorted = segments.toSorted((a, b) => a.startSeconds! - b.startSeconds!);
  return sorted.map((segment, index) => {
    const next = sorted[index + 1]?.startSeconds ?? Infinity;
    return { ...segment, endSeconds: Math.max(segment.startSeconds!, Math.min(segment.endSeconds!, next)) };
  });
}
