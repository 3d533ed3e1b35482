import { reindexItem, restartIndex } from '@nexus/shared/archive';
import { isProblem } from '@nexus/shared/platform';
import { SYSTEM } from '../platform/connections.ts';
import { handle } from '../platform/handle.ts';

/** Has corrected words found: the item's index step runs again, and embeds only the passages that changed. */
export default handle(reindexItem, async ({ itemId }, ports, { log }) => {
  try {
    await restartIndex({ actor: SYSTEM, db: ports.db, queue: ports.queue }, { itemId });
  } catch (error) {
    if (!isProblem(error, 'not-found')) throw error;
    log.set({ outcome: 'gone' });
  }
});
