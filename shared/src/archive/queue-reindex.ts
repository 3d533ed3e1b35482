import type { Context, Tx } from '../platform/index.ts';
import { type ItemJob, reindexItem } from './jobs.ts';

/** Somebody who corrects goes on correcting: the index follows once, when there was time for a few lines. */
const DELAY_SECONDS = 5;

/** Has the corrected words found soon. Once per item, however many corrections come meanwhile. */
export async function queueReindex(ctx: Pick<Context, 'queue' | 'now'>, tx: Tx, item: ItemJob): Promise<void> {
  const startAfter = new Date(ctx.now().getTime() + DELAY_SECONDS * 1000);
  await ctx.queue.send(reindexItem, item, { tx, startAfter });
}
