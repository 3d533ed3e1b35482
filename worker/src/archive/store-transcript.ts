import { type Segment, storableText, type Word } from '@nexus/shared/archive';
import type { Tx } from '@nexus/shared/platform';

export interface NewTranscriptVersion {
  orgId: string;
  itemId: string;
  origin: 'subtitles' | 'embedded-subtitles' | 'transcriber' | 'document';
  adapter: string | null;
  model: string | null;
  language: string | null;
  segments: readonly Segment[];
}

/** Rows per statement: 500 segments have 6,000 parameters, far from the protocol's 65,535. */
const ROWS = 500;

/** Adds a version; earlier ones stay. */
export async function storeTranscript(tx: Tx, transcript: NewTranscriptVersion): Promise<string> {
  const { orgId, itemId, segments } = transcript;
  const { version } = await tx
    .selectFrom('transcripts')
    .select((eb) => eb.fn.coalesce(eb.fn.max('version'), eb.lit(0)).as('version'))
    .where('item_id', '=', itemId)
    .executeTakeFirstOrThrow();
  const { id } = await tx
    .insertInto('transcripts')
    .values({
      org_id: orgId,
      item_id: itemId,
      version: Number(version) + 1,
      origin: transcript.origin,
      adapter: transcript.adapter,
      model: transcript.model,
      language: transcript.language,
    })
    .returning('id')
    .executeTakeFirstOrThrow();

  for (let from = 0; from < segments.length; from += ROWS) {
    await tx
      .insertInto('segments')
      .values(
        segments.slice(from, from + ROWS).map((segment, i) => ({
          transcript_id: id,
          position: from + i,
          org_id: orgId,
          item_id: itemId,
          kind: segment.kind,
          level: segment.level,
          page: segment.page,
          start_seconds: segment.startSeconds,
          end_seconds: segment.endSeconds,
          speaker: segment.speaker && storableText(segment.speaker),
          text: storableText(segment.text),
          words: segment.words ? JSON.stringify(segment.words.map(storableWord)) : null,
        })),
      )
      .execute();
  }
  return id;
}

const storableWord = (word: Word): Word => ({ ...word, text: storableText(word.text) });
