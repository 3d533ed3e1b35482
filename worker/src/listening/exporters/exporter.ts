import type { OpportunityColumn } from '@nexus/shared/listening';
import type { Outlet, OutletIo, Receipt } from '../deliveries/outlet.ts';

export interface TableRow {
  /** Of the opportunity: the row's identity, whatever its place. */
  readonly key: string;
  /** One for each column asked for, in that order. */
  readonly cells: readonly (string | number | null)[];
}

export interface TableColumn {
  readonly id: OpportunityColumn;
  readonly heading: string;
}

/**
 * A table elsewhere. Writing is idempotent: a row whose key is there is brought up to date in place, others are appended, so that what
 * broke off is simply written again. Errors as with notifiers; `OutcomeUnknown` is tried again.
 */
export interface Exporter extends Outlet {
  /** Without rows: sees to it that the table is there and can be written. */
  write(columns: readonly TableColumn[], rows: readonly TableRow[], io: OutletIo): Promise<Receipt>;
}
