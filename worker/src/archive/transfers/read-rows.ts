import type { Tx } from '@nexus/shared/platform';
import { sql } from 'kysely';
import type { Row } from './archive-format.ts';

/** These columns of a table's rows as JSON, times in ISO 8601. */
export async function readRows(
  tx: Tx,
  table: string,
  columns: readonly string[],
  where: { column: string; value: string },
  orderBy: string,
): Promise<Row[]> {
  const picked = sql.join(columns.flatMap((column) => [sql.lit(column), sql.ref(column)]));
  const { rows } = await sql<{ row: Row }>`
    select jsonb_build_object(${picked}) as row from ${sql.table(table)}
    where ${sql.ref(where.column)} = ${where.value}::uuid order by ${sql.ref(orderBy)}`.execute(tx);
  return rows.map(({ row }) => row);
}

/** Inserts rows as `readRows` gave them, with what they belong to here. Unknown keys are left out, types are checked by the database. */
export async function writeRows(
  tx: Tx,
  table: string,
  columns: readonly string[],
  owner: Readonly<Record<string, string>>,
  rows: readonly Row[],
): Promise<void> {
  if (rows.length === 0) return;
  const names = sql.join([...Object.keys(owner), ...columns].map((name) => sql.ref(name)));
  const values = sql.join([
    ...Object.values(owner).map((value) => sql`${value}::uuid`),
    ...columns.map((name) => sql.ref(`r.${name}`)),
  ]);
  await sql`
    insert into ${sql.table(table)} (${names})
    select ${values} from jsonb_populate_recordset(null::${sql.table(table)}, ${JSON.stringify(rows)}::jsonb) r`.execute(
    tx,
  );
}
