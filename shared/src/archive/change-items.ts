import { type Context, requireScope } from '../platform/index.ts';
import { collectItems } from './collect-items.ts';
import { deleteItems } from './delete-items.ts';
import type { BulkChange, BulkReport } from './library-contracts.ts';
import { rerunItems } from './rerun-items.ts';
import { tagItems } from './tag-items.ts';
import { uncollectItems } from './uncollect-items.ts';

/** One thing done to up to 500 items in one request. The report names what was refused and why. */
export async function changeItems(ctx: Context, change: BulkChange): Promise<BulkReport> {
  requireScope(ctx.actor, 'archive:write');
  switch (change.action) {
    case 'tag':
      return tagItems(ctx, change);
    case 'collect':
      return collectItems(ctx, change);
    case 'uncollect':
      return uncollectItems(ctx, change);
    case 'rerun':
      return rerunItems(ctx, change);
    case 'delete':
      return deleteItems(ctx, change);
  }
}
