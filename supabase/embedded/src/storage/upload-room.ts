import type { StorageDatabase } from './as-caller.ts';
import { StorageError } from './storage-error.ts';

/** Where an upload goes. */
interface Target {
  readonly bucketId: string;
  readonly name: string;
}

/**
 * Bytes that the project lets this object have, from its own function `private.upload_room(bucket, path)`; null when it has no
 * such function or sets no limit. Asked while bytes arrive, because a quota may fill up meanwhile.
 */
export function roomFor(database: StorageDatabase, { bucketId, name }: Target): Promise<number | null> {
  return database.transaction(async (tx) => {
    const known = await tx.query<{ there: boolean }>(
      `select to_regprocedure('private.upload_room(text, text)') is not null as there`,
    );
    if (!known.rows[0]?.there) return null;
    const { rows } = await tx.query<{ room: number | null }>('select private.upload_room($1, $2) as room', [
      bucketId,
      name,
    ]);
    const room = rows[0]?.room ?? null;
    return room === null ? null : Number(room);
  });
}

/** Throws `QuotaExceeded` when so many bytes are more than there is room for. */
export function assertRoom(room: number | null, sizeBytes: number): void {
  if (room !== null && sizeBytes > room) throw new StorageError('QuotaExceeded');
}
