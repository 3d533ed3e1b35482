import { z } from 'zod';
import { type Context, requireScope } from '../platform/index.ts';
import { RowProblem } from './contracts.ts';
import type { TransferReport } from './transfer-contracts.ts';
import { findTransfer, toTransfer } from './transfer-rows.ts';

const Parts = z.array(z.object({ path: z.string(), sizeBytes: z.number() }));

/** How an export or import went: the files to download, or what came in and what did not. */
export async function getTransfer(ctx: Context, input: { transferId: string }): Promise<TransferReport> {
  requireScope(ctx.actor, 'archive:write');

  const { row, counts, failures } = await ctx.db.transaction().execute(async (tx) => {
    const found = await findTransfer(tx, ctx.orgId, input.transferId);
    const entries = tx.selectFrom('transfer_entries').where('transfer_id', '=', found.id);
    return {
      row: found,
      counts: await entries
        .select((eb) => ['state', eb.fn.countAll<string>().as('count')])
        .groupBy('state')
        .execute(),
      failures: await entries
        .select(['key', 'title', 'problem'])
        .where('state', '=', 'failed')
        .orderBy('key')
        .limit(100)
        .execute(),
    };
  });
  const count = (state: string) => Number(counts.find((one) => one.state === state)?.count ?? 0);
  const files = await Promise.all(
    Parts.parse(row.parts).map(async ({ path, sizeBytes }) => {
      const name = path.slice(path.lastIndexOf('/') + 1);
      return {
        name,
        sizeBytes,
        url: await ctx.storage.signDownload(path, { expiresSeconds: 3600, downloadName: name }),
      };
    }),
  );
  return {
    ...toTransfer(row),
    files,
    added: count('done'),
    alreadyHere: count('here'),
    failed: count('failed'),
    failures: failures.map(({ key, title, problem }) => ({ key, title, detail: RowProblem.parse(problem).detail })),
  };
}
