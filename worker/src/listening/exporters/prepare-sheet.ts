import { z } from 'zod';
import type { TableColumn } from './exporter.ts';
import { rangeOf, type SheetsApi } from './sheets-api.ts';

/** Above the hidden column with the keys. */
const KEY_HEADING = 'nexus_id';

/** Where everything stands, by what the heading row says; columns count from 0. */
export interface SheetPlaces {
  readonly key: number;
  /** In the order of the columns asked for. */
  readonly cells: readonly number[];
}

const Spreadsheet = z.object({
  sheets: z.array(z.object({ properties: z.object({ sheetId: z.number(), title: z.string() }) })).default([]),
});
const Values = z.object({ values: z.array(z.array(z.unknown())).default([]) });
const Added = z.object({
  replies: z.array(z.object({ addSheet: z.object({ properties: z.object({ sheetId: z.number() }) }) })).min(1),
});

/** Makes the sheet when it is missing, and writes headings that are not there yet. What people added or moved stays. */
export async function prepareSheet(
  api: SheetsApi,
  title: string,
  columns: readonly TableColumn[],
): Promise<SheetPlaces> {
  const { sheets } = Spreadsheet.parse(await api.get('', { fields: 'sheets.properties(sheetId,title)' }));
  const known = sheets.find(({ properties }) => properties.title === title)?.properties.sheetId;
  const sheetId = known ?? (await addSheet(api, title));

  const headings = known === undefined ? [] : await readHeadings(api, title);
  const missing = [KEY_HEADING, ...columns.map(({ heading }) => heading)].filter((name) => !headings.includes(name));
  if (missing.length > 0) {
    const first = headings.length;
    const range = rangeOf(title, { column: first, row: 1 }, { column: first + missing.length - 1, row: 1 });
    await api.post('/values:batchUpdate', {}, { valueInputOption: 'RAW', data: [{ range, values: [missing] }] });
    if (missing.includes(KEY_HEADING)) await hideColumn(api, sheetId, first);
  }
  const all = [...headings, ...missing];
  return { key: all.indexOf(KEY_HEADING), cells: columns.map(({ heading }) => all.indexOf(heading)) };
}

async function addSheet(api: SheetsApi, title: string): Promise<number> {
  const properties = { title, gridProperties: { frozenRowCount: 1 } };
  const added = Added.parse(await api.post(':batchUpdate', {}, { requests: [{ addSheet: { properties } }] }));
  return added.replies[0]!.addSheet.properties.sheetId;
}

/** Empty cells at the end are not among them. */
async function readHeadings(api: SheetsApi, title: string): Promise<string[]> {
  const path = `/values/${encodeURIComponent(`'${title.replaceAll("'", "''")}'!1:1`)}`;
  const { values } = Values.parse(await api.get(path));
  return (values[0] ?? []).map(String);
}

async function hideColumn(api: SheetsApi, sheetId: number, column: number): Promise<void> {
  const range = { sheetId, dimension: 'COLUMNS', startIndex: column, endIndex: column + 1 };
  const properties = { hiddenByUser: true };
  const request = { updateDimensionProperties: { range, properties, fields: 'hiddenByUser' } };
  await api.post(':batchUpdate', {}, { requests: [request] });
}
