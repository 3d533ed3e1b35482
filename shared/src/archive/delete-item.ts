import { type Context, recordAct, requireScope, type Tx } from '../platform/index.ts';
import { releaseDuplicates } from './duplicates/release-duplicates.ts';
import { type ItemRow, lockItem } from './item-rows.ts';
import { removeFiles } from './jobs.ts';
import { itemPrefix } from './object-paths.ts';

/** The row goes with steps, transcripts, chunks and index by cascade; its files go by a job that tries until they are gone. */
export async function deleteItem(ctx: Context, input: { itemId: string }): Promise<void> {
  requireScope(ctx.actor, 'archive:write');

  await ctx.db.transaction().execute(async (tx) => deleteRow(ctx, tx, await lockItem(tx, input.itemId)));
}

/** Work in hand notices within about a second and clears away what it still wrote. */
export async function deleteRow(ctx: Context, tx: Tx, item: ItemRow): Promise<void> {
  await releaseDuplicates(ctx, tx, item.id);
  await tx.deleteFrom('items').where('id', '=', item.id).execute();
  const prefixes = [
    itemPrefix(item.org_id, item.id),
    ...[item.original_path, item.subtitle_path].flatMap(uploadFolder),
  ];
  for (const prefix of new Set(prefixes)) await ctx.queue.send(removeFiles, { orgId: item.org_id, prefix }, { tx });
  await recordAct(tx, ctx, {
    action: 'archive.delete-item',
    subjectKind: 'item',
    subjectId: item.id,
    details: { title: item.title },
  });
}

const uploadFolder = (path: string | null): string[] =>
  path?.includes('/uploads/') ? [path.slice(0, path.lastIndexOf('/') + 1)] : [];
