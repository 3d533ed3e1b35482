import { type Context, requireScope } from '../platform/index.ts';
import { type IndexOutcome, replaceChunks } from './replace-chunks.ts';

/** Makes an item's words findable. Called when its text, title or language changed; again does nothing. */
export async function indexItem(
  ctx: Pick<Context, 'orgId' | 'actor' | 'db'>,
  input: { itemId: string },
): Promise<IndexOutcome> {
  requireScope(ctx.actor, 'assistant:write');
  return ctx.db.transaction().execute((tx) => replaceChunks(tx, { orgId: ctx.orgId, itemId: input.itemId }));
}
