import type { Context } from '../../platform/context.ts';
import { requireScope } from '../../platform/roles.ts';
import { refreshXProtocol } from './protocol-jobs.ts';

/** Has a worker read X's web app anew. Asked twice at once, it is done once. */
export async function requestRefresh(ctx: Context): Promise<void> {
  requireScope(ctx.actor, 'platform:admin');

  await ctx.db.transaction().execute((tx) => ctx.queue.send(refreshXProtocol, { orgId: ctx.orgId }, { tx }));
}
