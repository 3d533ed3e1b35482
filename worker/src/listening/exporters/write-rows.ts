import { z } from 'zod';
import type { TableRow } from './exporter.ts';
import type { SheetPlaces } from './prepare-sheet.ts';
import { cellValue, rangeOf, type SheetsApi } from './sheets-api.ts';

const Values = z.object({ values: z.array(z.array(z.unknown())).default([]) });

/** Brings rows up to date whose key stands in the sheet, and appends the others. Tells how many were appended. */
export async function writeRows(
  api: SheetsApi,
  sheet: string,
  places: SheetPlaces,
  rows: readonly TableRow[],
): Promise<number> {
  // Read each time: what an attempt before appended is there, whatever became of its answer.
  const known = await readKeys(api, sheet, places.key);
  const changed = rows.filter(({ key }) => known.has(key));
  const added = rows.filter(({ key }) => !known.has(key));

  if (changed.length > 0) {
    const data = changed.flatMap((row) => rangesOf(sheet, places, row, known.get(row.key)!));
    await api.post('/values:batchUpdate', {}, { valueInputOption: 'RAW', data });
  }
  if (added.length > 0) {
    const width = Math.max(places.key, ...places.cells) + 1;
    const range = rangeOf(sheet, { column: 0, row: 1 }, { column: width - 1, row: 1 });
    // RAW: what a stranger wrote is text, never a formula.
    const query = { valueInputOption: 'RAW', insertDataOption: 'INSERT_ROWS' };
    const values = added.map((row) => lineOf(places, row, width));
    await api.post(`/values/${encodeURIComponent(range)}:append`, query, { majorDimension: 'ROWS', values });
  }
  return added.length;
}

/** The row of each key, counted from 1; of a row that somebody copied the first. */
async function readKeys(api: SheetsApi, sheet: string, column: number): Promise<Map<string, number>> {
  const path = `/values/${encodeURIComponent(rangeOf(sheet, { column }))}`;
  const { values } = Values.parse(await api.get(path, { majorDimension: 'COLUMNS' }));
  const keys = (values[0] ?? []).map(String);
  return new Map(keys.map((key, index) => [key, index + 1] as const).toReversed());
}

/** A whole row, with nothing in the columns that are not ours. */
function lineOf(places: SheetPlaces, { key, cells }: TableRow, width: number): (string | number | null)[] {
  const line: (string | number | null)[] = Array.from({ length: width }, () => null);
  line[places.key] = key;
  places.cells.forEach((column, index) => (line[column] = cellValue(cells[index] ?? null)));
  return line;
}

/** Neighbouring columns go together; columns that people put between stay as they are. */
function rangesOf(sheet: string, places: SheetPlaces, { cells }: TableRow, row: number) {
  const ordered = places.cells
    .map((column, index) => ({ column, value: cellValue(cells[index] ?? null) }))
    .toSorted((a, b) => a.column - b.column);
  const runs: { column: number; values: (string | number)[] }[] = [];
  for (const { column, value } of ordered) {
    const last = runs.at(-1);
    if (last && last.column + last.values.length === column) last.values.push(value);
    else runs.push({ column, values: [value] });
  }
  return runs.map(({ column, values }) => ({
    range: rangeOf(sheet, { column, row }, { column: column + values.length - 1, row }),
    values: [values],
  }));
}
