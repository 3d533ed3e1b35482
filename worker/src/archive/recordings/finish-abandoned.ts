import { assembleRecording, recordingPrefix, removeFiles, startFinishing } from '@nexus/shared/archive';
import { sql } from 'kysely';
import type { WorkerPorts } from '../../platform/ports.ts';

/** Twice the longest time a phone keeps a page in the background from working. */
export const ABANDONED_AFTER_SECONDS = 120;
/** An assembly that stood still for so long has lost its job. */
const STRANDED_AFTER_SECONDS = 300;
/** How long a browser may stay away with sound that the server has not. */
const KEPT_OPEN_DAYS = 7;

/** Finishes what fell silent. More may still come and makes it longer; until then the sound is in the library. */
export async function finishAbandoned(ports: WorkerPorts): Promise<void> {
  const seconds = ports.recordingAbandonedSeconds ?? ABANDONED_AFTER_SECONDS;
  await ports.db.transaction().execute(async (tx) => {
    const abandoned = await tx
      .selectFrom('recordings')
      .select('id')
      .where('state', '=', 'recording')
      .where('last_seen_at', '<', sql<Date>`now() - make_interval(secs => ${seconds})`)
      .forUpdate()
      .skipLocked()
      .execute();
    for (const { id } of abandoned) await startFinishing(ports, tx, id, { interrupted: true });

    const stranded = await tx
      .updateTable('recordings')
      .set({ updated_at: sql`now()` })
      .where('state', '=', 'finishing')
      .where('updated_at', '<', sql<Date>`now() - make_interval(secs => ${STRANDED_AFTER_SECONDS})`)
      .returning(['id', 'org_id'])
      .execute();
    for (const { id, org_id } of stranded)
      await ports.queue.send(assembleRecording, { orgId: org_id, recordingId: id }, { tx });
  });
}

/** Chunks that nobody can add to any more: of browsers that did not come back, and of recordings whose rows are gone. */
export async function removeOldChunks(ports: WorkerPorts): Promise<void> {
  await ports.db.transaction().execute(async (tx) => {
    const closed = await tx
      .updateTable('recordings')
      .set({ is_open: false })
      .where('state', '=', 'done')
      .where('is_open', '=', true)
      .where('last_seen_at', '<', sql<Date>`now() - make_interval(days => ${KEPT_OPEN_DAYS})`)
      .returning(['id', 'org_id'])
      .execute();
    const { rows: orphans } = await sql<{ id: string; org_id: string }>`
      select distinct split_part(o.name, '/', 1) as org_id, split_part(o.name, '/', 3) as id
      from storage.objects o
      where o.bucket_id = 'media' and o.name like '%/recordings/%' and split_part(o.name, '/', 2) = 'recordings'
        and o.created_at < now() - interval '1 hour'
        and not exists (select from recordings r where r.id::text = split_part(o.name, '/', 3))
      limit 100`.execute(tx);
    for (const { id, org_id } of [...closed, ...orphans])
      await ports.queue.send(removeFiles, { orgId: org_id, prefix: recordingPrefix(org_id, id) }, { tx });
  });
}
