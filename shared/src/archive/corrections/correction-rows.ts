import type { Selectable } from 'kysely';
import type { DB, Tx } from '../../platform/index.ts';
import { NexusError } from '../../platform/index.ts';
import type { Correction, CorrectionState } from '../corrections-contracts.ts';
import type { Overlay } from './overlay.ts';

export type CorrectionRow = Selectable<DB['segment_corrections']>;

/** What is laid over an item's words now, in the order it was made. */
export async function activeOverlays(tx: Tx, itemId: string): Promise<Overlay[]> {
  const rows = await tx
    .selectFrom('segment_corrections')
    .selectAll()
    .where('item_id', '=', itemId)
    .where('removed_at', 'is', null)
    .orderBy('number')
    .execute();
  return rows.map(toOverlay);
}

const toOverlay = (row: CorrectionRow): Overlay => ({
  id: row.id,
  number: Number(row.number),
  transcriptId: row.transcript_id,
  position: row.position,
  startSeconds: row.start_seconds,
  endSeconds: row.end_seconds,
  originalText: row.original_text,
  text: row.text,
  speaker: row.speaker,
  speakerName: row.speaker_name,
});

export async function findCorrection(tx: Tx, itemId: string, correctionId: string): Promise<CorrectionRow> {
  const row = await tx
    .selectFrom('segment_corrections')
    .selectAll()
    .where('item_id', '=', itemId)
    .where('id', '=', correctionId)
    .executeTakeFirst();
  if (!row) throw new NexusError('not-found', 'There is no such correction of this item.');
  return row;
}

export function toCorrection(row: CorrectionRow, state: CorrectionState, email: string | null): Correction {
  return {
    id: row.id,
    state,
    transcriptId: row.transcript_id,
    position: row.position,
    startSeconds: row.start_seconds,
    endSeconds: row.end_seconds,
    originalText: row.original_text,
    originalSpeaker: row.original_speaker,
    text: row.text,
    speaker: row.speaker === null ? null : (row.speaker_name ?? row.speaker),
    createdBy: row.created_by,
    createdByEmail: email,
    createdAt: row.created_at.toISOString(),
    removedAt: row.removed_at?.toISOString() ?? null,
  };
}

/** Who is behind these ids, as far as they are members. */
export async function emailsOf(
  tx: Tx,
  orgId: string,
  userIds: readonly (string | null)[],
): Promise<Map<string, string>> {
  const known = [...new Set(userIds)].filter((id) => id !== null);
  if (known.length === 0) return new Map();
  const rows = await tx
    .selectFrom('members')
    .select(['user_id', 'email'])
    .where('org_id', '=', orgId)
    .where('user_id', 'in', known)
    .execute();
  return new Map(rows.map(({ user_id, email }) => [user_id, email]));
}
