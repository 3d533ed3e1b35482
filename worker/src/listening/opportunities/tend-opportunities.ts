import { revalueOpportunities, wakeOpportunities } from '@nexus/shared/listening';
import type { WorkerPorts } from '../../platform/ports.ts';

/** A tick values at most this many batches anew, so that it never holds up others for long; the next one goes on. */
const BATCHES = 20;

/** What time does to opportunities: snoozed ones come back, and values follow the clock. */
export async function tendOpportunities(ports: Pick<WorkerPorts, 'db' | 'now'>): Promise<void> {
  await ports.db.transaction().execute((tx) => wakeOpportunities(tx, ports.now()));
  for (let batch = 0; batch < BATCHES; batch++) {
    const count = await ports.db.transaction().execute((tx) => revalueOpportunities(tx, ports.now()));
    if (count === 0) return;
  }
}
