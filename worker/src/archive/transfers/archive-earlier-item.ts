import { createHash } from 'node:crypto';
import { type Segment, writeVtt } from '@nexus/shared/archive';
import type { ArchivedItem, ArchivedTranscripts, Row } from './archive-format.ts';
import type { EarlierItem } from './earlier-nexus.ts';

export interface WrittenItem {
  item: ArchivedItem;
  transcripts: ArchivedTranscripts;
  /** What its words are as a file: the original of an item that has no other. */
  original: string;
}

/** An item of the earlier Nexus as if it had been exported from this one: what people gave there counts as given here. */
export function archiveEarlierItem(earlier: EarlierItem, itemId: string, now: Date): WrittenItem {
  const isTimed = earlier.segments[0]?.startSeconds !== null;
  const createdAt = (earlier.createdAt ?? now).toISOString();
  const name = isTimed ? 'transcript.vtt' : 'text.txt';
  const rows: Row[] = earlier.segments.map((segment, position) => ({
    position,
    kind: isTimed ? 'speech' : 'paragraph',
    start_seconds: segment.startSeconds,
    end_seconds: segment.endSeconds,
    speaker: segment.speaker,
    text: segment.text,
  }));
  const original = isTimed
    ? writeVtt(earlier.segments.map((segment): Segment => ({ ...segment, kind: 'speech', level: null, page: null })))
    : `${earlier.segments.map(({ text }) => text).join('\n\n')}\n`;
  const done = (stepName: string, output: Row | null = null) => ({ name: stepName, state: 'done', output });
  const skipped = (stepName: string) => ({ name: stepName, state: 'skipped', output: null });
  const kind = isTimed ? 'subtitles' : 'text';
  const mimeType = isTimed ? 'text/vtt' : 'text/plain';

  return {
    original,
    item: {
      id: itemId,
      status: 'ready',
      duplicateOf: null,
      row: {
        kind,
        source: 'text',
        source_url: earlier.sourceUrl,
        original_name: name,
        title: earlier.title,
        title_given: true,
        mime_type: mimeType,
        size_bytes: Buffer.byteLength(original),
        // By which a second import of the same file finds what is here.
        sha256: createHash('sha256').update(original).digest('hex'),
        duration_seconds: isTimed ? (earlier.segments.at(-1)?.endSeconds ?? null) : null,
        summary: earlier.summary,
        enrichment_gaps: {},
        tags: earlier.tags,
        tags_given: earlier.tags.length > 0,
        warnings: [],
        is_sample: false,
        created_at: createdAt,
      },
      steps: [
        done('acquire', { path: '', kind, mimeType, encoding: 'utf-8' }),
        done('normalise', { version: itemId }),
        skipped('fingerprint'),
        skipped('transcribe'),
        // Whoever has a summary keeps it; the rest gets one.
        ...(earlier.summary ? [done('enrich')] : []),
      ],
      files: { original: `original/${name}`, subtitles: null, poster: null },
      links: [],
      collections: [],
      speakers: speakersOf(earlier),
      tables: {},
    },
    transcripts: {
      transcripts: [
        {
          id: itemId,
          version: 1,
          origin: isTimed ? 'subtitles' : 'document',
          adapter: 'earlier-nexus',
          model: null,
          language: null,
          created_at: createdAt,
          segments: rows,
        },
      ],
    },
  };
}

function speakersOf({ segments }: EarlierItem): ArchivedItem['speakers'] {
  const seconds = new Map<string, number>();
  for (const { speaker, startSeconds, endSeconds } of segments)
    if (speaker) seconds.set(speaker, (seconds.get(speaker) ?? 0) + (endSeconds ?? 0) - (startSeconds ?? 0));
  return [...seconds].map(([label, spoken]) => ({ label, name: null, person: null, seconds: spoken }));
}
