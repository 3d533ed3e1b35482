import { type Context, requireScope } from '../../platform/index.ts';
import { listOpportunities } from '../opportunities/list-opportunities.ts';
import type { Opportunity, OpportunityFilter } from '../opportunities/opportunity-contracts.ts';
import { cellOf, headingOf, OPPORTUNITY_COLUMNS } from './opportunity-columns.ts';
import { csvLine } from './write-csv.ts';

export type TableFormat = 'csv' | 'jsonl';

/** What a file may hold: an address of its own the API does not know, the id it does. */
const CSV_COLUMNS = OPPORTUNITY_COLUMNS.filter((column) => column !== 'link');
const PAGE = 200;

/**
 * All opportunities of a filter as a file, piece by piece, the most valuable first. CSV (RFC 4180, UTF-8 with a byte order mark, so that
 * spreadsheets see the encoding) has a heading line; JSON Lines has one `Opportunity` a line. Fails before the first piece, or never
 * for a reason of its own.
 */
export async function exportOpportunities(
  ctx: Context,
  { format, ...filter }: OpportunityFilter & { format: TableFormat },
): Promise<AsyncGenerator<string>> {
  requireScope(ctx.actor, 'listening:read');
  const first = await listOpportunities(ctx, { ...filter, limit: PAGE });

  async function* write(): AsyncGenerator<string> {
    if (format === 'csv') yield `\uFEFF${csvLine(['Id', ...CSV_COLUMNS.map(headingOf)])}`;
    let page = first;
    for (;;) {
      if (page.opportunities.length > 0) yield page.opportunities.map(LINES[format]).join('');
      if (page.nextCursor === null) return;
      page = await listOpportunities(ctx, { ...filter, limit: PAGE, cursor: page.nextCursor });
    }
  }
  return write();
}

const LINES: Record<TableFormat, (opportunity: Opportunity) => string> = {
  csv: (opportunity) =>
    csvLine([opportunity.id, ...CSV_COLUMNS.map((column) => cellOf(column, opportunity, { linkTo: () => null }))]),
  jsonl: (opportunity) => `${JSON.stringify(opportunity)}\n`,
};
