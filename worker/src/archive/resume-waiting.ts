import { resumeWaiting } from '@nexus/shared/archive';
import type { WorkerPorts } from '../platform/ports.ts';
import { readyTranscribers } from './ready-transcribers.ts';

/** Looks at every organisation that waits. Run at start and every half minute: a model may have been pulled meanwhile. */
export async function resumeAllIfReady(ports: WorkerPorts): Promise<void> {
  const waiting = await ports.db
    .transaction()
    .execute((tx) => tx.selectFrom('item_steps').select('org_id').distinct().where('state', '=', 'waiting').execute());
  for (const { org_id } of waiting) await resumeIfReady(ports, org_id);
}

async function resumeIfReady(ports: WorkerPorts, orgId: string): Promise<number> {
  const { ready } = await readyTranscribers(ports, orgId);
  if (ready.length === 0) return 0;
  return ports.db.transaction().execute((tx) => resumeWaiting(ports, tx, orgId));
}
