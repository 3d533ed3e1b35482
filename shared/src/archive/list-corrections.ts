import { sql } from 'kysely';
import { z } from 'zod';
import { type Context, decodeCursor, pageOf, requireScope, type Tx } from '../platform/index.ts';
import { activeOverlays, type CorrectionRow, emailsOf, toCorrection } from './corrections/correction-rows.ts';
import { layOver } from './corrections/lay-over.ts';
import type { Correction, CorrectionState } from './corrections-contracts.ts';
import { findItem } from './item-rows.ts';
import { machineSegments, newestTranscriptId } from './machine-segments.ts';

/** `number` of the last one shown. */
const Place = z.tuple([z.number().int()]);
/** Where a list of ids may be empty. */
const NO_ID = '00000000-0000-0000-0000-000000000000';

/** Corrections of an item, the latest first, each with whether it still fits. `state` asks for those alone. */
export async function listCorrections(
  ctx: Context,
  input: { itemId: string; state?: CorrectionState; cursor?: string; limit?: number },
): Promise<{ corrections: Correction[]; nextCursor: string | null }> {
  requireScope(ctx.actor, 'archive:read');
  const limit = Math.min(Math.max(input.limit ?? 100, 1), 500);

  return ctx.db.transaction().execute(async (tx) => {
    const item = await findItem(tx, input.itemId);
    const unfitted = await unfittedIds(tx, item.id);
    let query = tx
      .selectFrom('segment_corrections')
      .selectAll()
      .where('item_id', '=', item.id)
      .orderBy('number', 'desc')
      .limit(limit + 1);
    if (input.cursor) query = query.where('number', '<', sql<number>`${decodeCursor(input.cursor, Place)[0]}`);
    if (input.state === 'removed') query = query.where('removed_at', 'is not', null);
    if (input.state === 'applied' || input.state === 'unfitted') query = query.where('removed_at', 'is', null);
    if (input.state === 'unfitted') query = query.where('id', 'in', [...unfitted, NO_ID]);
    if (input.state === 'applied') query = query.where('id', 'not in', [...unfitted, NO_ID]);
    const rows = await query.execute();

    const { rows: shown, nextCursor } = pageOf(rows, limit, ({ number }) => [Number(number)]);
    const emails = await emailsOf(
      tx,
      item.org_id,
      shown.map(({ created_by }) => created_by),
    );
    return {
      corrections: shown.map((row) =>
        toCorrection(row, stateOf(row, unfitted), emails.get(row.created_by ?? '') ?? null),
      ),
      nextCursor,
    };
  });
}

/** Corrections of earlier versions whose words the newest does not have. */
async function unfittedIds(tx: Tx, itemId: string): Promise<ReadonlySet<string>> {
  const overlays = await activeOverlays(tx, itemId);
  const transcriptId = await newestTranscriptId(tx, itemId);
  if (transcriptId === undefined || overlays.every((overlay) => overlay.transcriptId === transcriptId))
    return new Set();
  return layOver(await machineSegments(tx, transcriptId), overlays, transcriptId).unfitted;
}

function stateOf({ id, removed_at }: CorrectionRow, unfitted: ReadonlySet<string>): CorrectionState {
  if (removed_at !== null) return 'removed';
  return unfitted.has(id) ? 'unfitted' : 'applied';
}
