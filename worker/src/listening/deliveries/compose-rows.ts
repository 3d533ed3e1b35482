import { cellOf, headingOf, type Opportunity, opportunityLink } from '@nexus/shared/listening';
import type { Tx } from '@nexus/shared/platform';
import type { TableColumn, TableRow } from '../exporters/exporter.ts';
import type { ArmedDelivery } from './armed-delivery.ts';
import { readTold, scopeOf } from './told-opportunities.ts';

/** A sheet of more rows than this serves nobody. */
const MOST_ROWS = 10_000;

export interface Table {
  readonly columns: readonly TableColumn[];
  readonly rows: readonly TableRow[];
}

/** The opportunities of a run, or all of the target's, as rows. Null: there is nothing to write. */
export async function composeRows(tx: Tx, armed: ArmedDelivery, publicUrl: string | null): Promise<Table | null> {
  const columns = armed.settings.columns.map((id) => ({ id, heading: headingOf(id) }));
  if (armed.subject === 'test') return { columns, rows: [] };
  const told = { ...scopeOf(armed), withSettled: true, ...(armed.subject === 'run' && { runId: armed.key }) };
  const { opportunities } = await readTold(tx, told, MOST_ROWS);
  if (opportunities.length === 0) return null;
  const io = { linkTo: (id: string) => opportunityLink(publicUrl, id) };
  const rowOf = (opportunity: Opportunity): TableRow => ({
    key: opportunity.id,
    cells: armed.settings.columns.map((column) => cellOf(column, opportunity, io)),
  });
  return { columns, rows: opportunities.map(rowOf) };
}
