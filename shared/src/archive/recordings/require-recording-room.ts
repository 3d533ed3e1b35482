import { sql } from 'kysely';
import type { Tx } from '../../platform/index.ts';
import { noRoom, roomLeft } from '../require-room.ts';

/** Throws `quota-exceeded` when so many more bytes do not fit beside all that is being recorded in the organisation. */
export async function requireRecordingRoom(tx: Tx, orgId: string, moreBytes: number): Promise<void> {
  const room = await roomLeft(tx, orgId);
  if (room === null) return;
  const { rows } = await sql<{ bytes: number }>`select private.recording_bytes(${orgId}) as bytes`.execute(tx);
  if (moreBytes > room - Number(rows[0]?.bytes ?? 0)) throw noRoom();
}
