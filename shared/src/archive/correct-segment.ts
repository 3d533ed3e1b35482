import { type Context, NexusError, requireScope, type Tx } from '../platform/index.ts';
import { activeOverlays, emailsOf, findCorrection, toCorrection } from './corrections/correction-rows.ts';
import type { CorrectionOutcome, PlacedSegment, SegmentCorrection } from './corrections-contracts.ts';
import { lockItem } from './item-rows.ts';
import { newestTranscriptId } from './machine-segments.ts';
import { queueReindex } from './queue-reindex.ts';
import { segmentAt } from './segment-at.ts';
import { speakerNames } from './speaker-names.ts';

/**
 * Says what a segment should say instead, or who says it. The machine's version stays. A conflict when the segment is not what
 * it was when it was looked at: corrected by somebody else, or part of an older transcript.
 */
export async function correctSegment(
  ctx: Context,
  input: { itemId: string; position: number; correction: SegmentCorrection },
): Promise<CorrectionOutcome> {
  requireScope(ctx.actor, 'archive:write');
  const { correction, position } = input;

  return ctx.db.transaction().execute(async (tx) => {
    const item = await lockItem(tx, input.itemId);
    const before = await segmentLookedAt(tx, item.id, position, correction);
    const names = await speakerNames(tx, item.id);
    const row = await tx
      .insertInto('segment_corrections')
      .values({
        org_id: item.org_id,
        item_id: item.id,
        transcript_id: correction.transcriptId,
        position,
        start_seconds: before.startSeconds,
        end_seconds: before.endSeconds,
        original_text: before.text,
        original_speaker: before.speaker,
        text: correction.text ?? null,
        speaker: correction.speaker ?? null,
        speaker_name: correction.speaker ? (names.get(correction.speaker) ?? null) : null,
        created_by: ctx.actor.userId,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    if (correction.insteadOf) await drop(ctx, tx, item.id, correction.insteadOf);
    await queueReindex(ctx, tx, { orgId: item.org_id, itemId: item.id });

    const emails = await emailsOf(tx, item.org_id, [row.created_by]);
    return {
      correction: toCorrection(row, 'applied', emails.get(row.created_by ?? '') ?? null),
      segment: await segmentAt(tx, item.id, position),
    };
  });
}

async function segmentLookedAt(
  tx: Tx,
  itemId: string,
  position: number,
  { transcriptId, basedOn }: SegmentCorrection,
): Promise<PlacedSegment> {
  if ((await newestTranscriptId(tx, itemId)) !== transcriptId)
    throw new NexusError('conflict', 'This item has a newer transcript. Look at it and correct that one.');
  const segment = await segmentAt(tx, itemId, position);
  if (!segment) {
    const isTakenOut = (await activeOverlays(tx, itemId)).some((overlay) => overlay.position === position);
    throw isTakenOut
      ? new NexusError('conflict', 'Somebody took this line out meanwhile.')
      : new NexusError('not-found', 'This item has no such segment.');
  }
  if (segment.correctionId !== basedOn)
    throw new NexusError(
      'conflict',
      `Somebody changed this line meanwhile. It says now: “${segment.text.slice(0, 200)}”. Look at it and change that.`,
    );
  return segment;
}

async function drop(ctx: Context, tx: Tx, itemId: string, correctionId: string): Promise<void> {
  const { id } = await findCorrection(tx, itemId, correctionId);
  await tx
    .updateTable('segment_corrections')
    .set({ removed_at: ctx.now(), removed_by: ctx.actor.userId })
    .where('id', '=', id)
    .where('removed_at', 'is', null)
    .execute();
}
