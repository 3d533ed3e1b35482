import { Segment, storableText } from '@nexus/shared/archive';
import { extractDocument } from '../documents/extract-document.ts';
import { detectLanguage } from '../documents/language.ts';
import { parseSubtitles } from '../media/index.ts';
import { renameUnlessGiven } from '../rename-unless-given.ts';
import { storeSpeakers } from '../speakers/store-speakers.ts';
import type { StepIo, StepItem, StepResult } from '../step.ts';
import { storeTranscript } from '../store-transcript.ts';
import type { Acquired } from './acquire.ts';

/** A document as its blocks in reading order; the position of a block is its paragraph. */
export async function readDocument({ row }: StepItem, acquired: Acquired, io: StepIo): Promise<StepResult> {
  const source = await io.ports.media.openLocal(acquired.path, io.directory, io.signal);
  const document = await extractDocument(source, acquired.kind, { signal: io.signal, directory: io.directory });
  const segments = document.blocks.map((block) =>
    Segment.parse({ ...block, startSeconds: null, endSeconds: null, speaker: null }),
  );
  const language = row.language_given ?? document.language;
  return {
    outcome: 'done',
    output: { blockCount: segments.length, version: crypto.randomUUID() },
    async apply(tx) {
      await storeTranscript(tx, {
        orgId: row.org_id,
        itemId: row.id,
        origin: 'document',
        adapter: acquired.kind,
        model: null,
        language,
        segments,
      });
      await tx
        .updateTable('items')
        .set({
          language,
          author: document.author ? storableText(document.author) : row.author,
          published_at: document.publishedAt ?? row.published_at,
          warnings: document.warnings,
        })
        .where('id', '=', row.id)
        .execute();
      if (document.title) await renameUnlessGiven(tx, row.id, document.title);
    },
  };
}

/** A subtitle file on its own: a transcript without its recording, still searchable by second. */
export async function readCues({ row }: StepItem, acquired: Acquired, io: StepIo): Promise<StepResult> {
  const source = await io.ports.media.openLocal(acquired.path, io.directory, io.signal);
  const { segments, warning } = parseSubtitles(await Bun.file(source).bytes());
  const language = row.language_given ?? detectLanguage(segments.map(({ text }) => text).join(' '));
  return {
    outcome: 'done',
    output: { segmentCount: segments.length, version: crypto.randomUUID() },
    async apply(tx) {
      await storeTranscript(tx, {
        orgId: row.org_id,
        itemId: row.id,
        origin: 'subtitles',
        adapter: null,
        model: null,
        language,
        segments,
      });
      await storeSpeakers(tx, row, segments, new Map(), io.ports);
      await tx
        .updateTable('items')
        .set({
          language,
          duration_seconds: segments.at(-1)?.endSeconds ?? null,
          warnings: warning === null ? [] : [warning],
        })
        .where('id', '=', row.id)
        .execute();
    },
  };
}
