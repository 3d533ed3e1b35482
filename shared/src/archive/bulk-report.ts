import { isProblem } from '../platform/index.ts';
import type { BulkReport } from './library-contracts.ts';

/** Does one thing to each item by itself: what is refused for one stops none of the others. A defect stops all. */
export async function reportEach(
  ids: readonly string[],
  act: (itemId: string) => Promise<unknown>,
): Promise<BulkReport> {
  const report: BulkReport = { done: [], refused: [] };
  for (const id of new Set(ids)) {
    try {
      await act(id);
      report.done.push(id);
    } catch (error) {
      if (!isProblem(error)) throw error;
      report.refused.push({ id, code: error.code, detail: error.detail });
    }
  }
  return report;
}

/** What was done at once, and the rest with one reason. */
export function reportDone(ids: readonly string[], done: readonly string[], detail: string): BulkReport {
  const isDone = new Set(done);
  return {
    done: [...isDone],
    refused: [...new Set(ids)].filter((id) => !isDone.has(id)).map((id) => ({ id, code: 'not-found', detail })),
  };
}

export const NO_SUCH_ITEM = 'There is no such item in this organisation.';
