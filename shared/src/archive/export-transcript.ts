import { type Context, NexusError, requireScope } from '../platform/index.ts';
import type { ExportFormat, Segment } from './contracts.ts';
import { findItem } from './item-rows.ts';
import { newestSegments } from './newest-segments.ts';
import { writeMarkdown, writeText } from './write-text.ts';
import { writeSrt, writeVtt } from './write-subtitles.ts';

export interface ExportedTranscript {
  fileName: string;
  contentType: string;
  content: string;
}

/** The words of an item as a file in an open format. SRT and VTT need seconds, so documents have neither. */
export async function exportTranscript(
  ctx: Context,
  input: { itemId: string; format: ExportFormat },
): Promise<ExportedTranscript> {
  requireScope(ctx.actor, 'archive:read');
  const { format } = input;

  const { title, segments } = await ctx.db.transaction().execute(async (tx) => {
    const item = await findItem(tx, input.itemId);
    return { title: item.title, segments: await newestSegments(tx, item.id) };
  });
  if (segments.length === 0) throw new NexusError('conflict', 'There are no words to export yet.');
  if (NEEDS_SECONDS.has(format) && segments.every(({ startSeconds }) => startSeconds === null)) {
    throw new NexusError('conflict', 'A document has no times. Export it as text, Markdown or JSON.');
  }

  const { contentType, write } = FORMATS[format];
  return { fileName: `${fileNameOf(title)}.${format}`, contentType, content: write(title, segments) };
}

/** What no file system minds, still in its own letters. */
const fileNameOf = (title: string): string =>
  title
    .replaceAll(/[\p{Cc}\\/:*?"<>|]+/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, 100) || 'transcript';

const NEEDS_SECONDS: ReadonlySet<ExportFormat> = new Set(['srt', 'vtt']);

const FORMATS: Record<ExportFormat, { contentType: string; write(title: string, segments: Segment[]): string }> = {
  srt: { contentType: 'application/x-subrip; charset=utf-8', write: (_, segments) => writeSrt(segments) },
  vtt: { contentType: 'text/vtt; charset=utf-8', write: (_, segments) => writeVtt(segments) },
  txt: { contentType: 'text/plain; charset=utf-8', write: (_, segments) => writeText(segments) },
  md: { contentType: 'text/markdown; charset=utf-8', write: writeMarkdown },
  json: {
    contentType: 'application/json; charset=utf-8',
    write: (title, segments) => `${JSON.stringify({ title, segments }, null, 2)}\n`,
  },
};
