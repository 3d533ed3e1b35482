import type { Context, Tx } from '../../platform/index.ts';
import { reembedOrg } from '../assistant-jobs.ts';

/** Has the passages of an organisation looked at: whether they have the vectors of the embedder that is connected now. */
export async function queueReembedding(
  { queue }: Pick<Context, 'queue'>,
  tx: Tx,
  orgId: string,
  startAfter?: Date,
): Promise<void> {
  await queue.send(reembedOrg, { orgId }, { tx, ...(startAfter ? { startAfter } : {}) });
}
