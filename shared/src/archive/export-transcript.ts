import { type Context, NexusError, requireScope } from '../platform/index.ts';
import type { ExportFormat, Segment } from './contracts.ts';
import type { PlacedSegment } from './corrections-contracts.ts';
import type { Chapter } from './insight-contracts.ts';
import { readChapters } from './insight-rows.ts';
import { findItem } from './item-rows.ts';
import { newestSegments } from './newest-segments.ts';
import { writeDocx } from './write-docx.ts';
import { writeMarkdown, writeText } from './write-text.ts';
import { writeSrt, writeVtt } from './write-subtitles.ts';

export interface ExportedTranscript {
  fileName: string;
  contentType: string;
  content: string | Uint8Array<ArrayBuffer>;
}

/** The words of an item as a file in an open format. SRT and VTT need seconds, so documents have neither. */
export async function exportTranscript(
  ctx: Context,
  input: { itemId: string; format: ExportFormat },
): Promise<ExportedTranscript> {
  requireScope(ctx.actor, 'archive:read');
  const { format } = input;

  const { item, chapters, segments } = await ctx.db.transaction().execute(async (tx) => {
    const row = await findItem(tx, input.itemId);
    return { item: row, chapters: await readChapters(tx, row.id), segments: await newestSegments(tx, row.id) };
  });
  if (segments.length === 0) throw new NexusError('conflict', 'There are no words to export yet.');
  if (NEEDS_SECONDS.has(format) && segments.every(({ startSeconds }) => startSeconds === null)) {
    throw new NexusError('conflict', 'A document has no times. Export it as text, Markdown, Word or JSON.');
  }

  const { contentType, write } = FORMATS[format];
  const content = await write({
    title: item.title,
    summary: item.summary,
    chapters,
    segments: segments.map(withoutTraces),
  });
  return { fileName: `${fileNameOf(item.title)}.${format}`, contentType, content };
}

/** Where a segment came from in this archive says nothing outside of it. */
function withoutTraces(segment: PlacedSegment): Exported['segments'][number] {
  const { position, kind, level, page, startSeconds, endSeconds, speaker, text, words } = segment;
  return { position, kind, level, page, startSeconds, endSeconds, speaker, text, ...(words && { words }) };
}

/** What no file system minds, still in its own letters. */
const fileNameOf = (title: string): string =>
  title
    .replaceAll(/[\p{Cc}\\/:*?"<>|]+/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, 100) || 'transcript';

const NEEDS_SECONDS: ReadonlySet<ExportFormat> = new Set(['srt', 'vtt']);

interface Exported {
  title: string;
  summary: string | null;
  chapters: Chapter[];
  segments: (Segment & { position: number })[];
}

interface Format {
  contentType: string;
  write(exported: Exported): string | Promise<Uint8Array<ArrayBuffer>>;
}

const FORMATS: Record<ExportFormat, Format> = {
  srt: { contentType: 'application/x-subrip; charset=utf-8', write: ({ segments }) => writeSrt(segments) },
  vtt: { contentType: 'text/vtt; charset=utf-8', write: ({ segments }) => writeVtt(segments) },
  txt: { contentType: 'text/plain; charset=utf-8', write: ({ segments }) => writeText(segments) },
  md: {
    contentType: 'text/markdown; charset=utf-8',
    write: ({ title, segments, ...around }) => writeMarkdown(title, segments, around),
  },
  docx: {
    contentType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    write: ({ title, segments, ...around }) => writeDocx(title, segments, around),
  },
  json: {
    contentType: 'application/json; charset=utf-8',
    write: (exported) => `${JSON.stringify(exported, null, 2)}\n`,
  },
};
