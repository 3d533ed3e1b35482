import { exportPrefix, removeFiles } from '@nexus/shared/archive';
import { prune } from '@nexus/shared/platform';
import { sql } from 'kysely';
import { handle } from './handle.ts';
import type { WorkerPorts } from './ports.ts';

/** Uploads are claimed within seconds; a day lets a paused one go on tomorrow. */
const UNCLAIMED_HOURS = 24;

export default handle(prune, async (_payload, ports, { log }) => {
  log.set(await pruneRows(ports));
  log.set({ uploads: await removeUnclaimedUploads(ports) });
  log.set({ exports: await removeOldExports(ports) });
});

/** Answers to writes are kept 24 hours; a rate limit that was full an hour ago says nothing. */
async function pruneRows(ports: WorkerPorts): Promise<{ answers: number; limits: number }> {
  return ports.db.transaction().execute(async (tx) => {
    const answers = await tx
      .deleteFrom('idempotency_keys')
      .where('created_at', '<', sql<Date>`now() - interval '24 hours'`)
      .executeTakeFirst();
    const limits = await tx
      .deleteFrom('rate_limits')
      .where('refilled_at', '<', sql<Date>`now() - interval '1 hour'`)
      .executeTakeFirst();
    return { answers: Number(answers.numDeletedRows), limits: Number(limits.numDeletedRows) };
  });
}

/** Finished uploads whose item was never made, or is gone. */
async function removeUnclaimedUploads(ports: WorkerPorts): Promise<number> {
  return ports.db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ org_id: string; prefix: string }>`
      select distinct split_part(o.name, '/', 1) as org_id, regexp_replace(o.name, '[^/]+$', '') as prefix
      from storage.objects o
      where o.bucket_id = 'media' and o.name like '%/uploads/%'
        and o.created_at < now() - make_interval(hours => ${UNCLAIMED_HOURS})
        and not exists (select from items i where i.original_path = o.name or i.subtitle_path = o.name)
        and not exists (select from transfers t where t.path = o.name and t.state in ('queued', 'working'))
      limit 1000`.execute(tx);
    for (const { org_id, prefix } of rows) await ports.queue.send(removeFiles, { orgId: org_id, prefix }, { tx });
    return rows.length;
  });
}

/** An export holds everything once more: long enough to be downloaded, not for good. Imports leave only their report. */
async function removeOldExports(ports: WorkerPorts): Promise<number> {
  return ports.db.transaction().execute(async (tx) => {
    const old = await tx
      .deleteFrom('transfers')
      .where('kind', '=', 'export')
      .where('finished_at', '<', sql<Date>`now() - interval '7 days'`)
      .returning(['id', 'org_id'])
      .execute();
    for (const { id, org_id } of old)
      await ports.queue.send(removeFiles, { orgId: org_id, prefix: exportPrefix(org_id, id) }, { tx });
    return old.length;
  });
}
