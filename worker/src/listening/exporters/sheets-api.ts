import { isProblem } from '@nexus/shared/platform';
import { OutcomeUnknown, sendOnce } from '../deliveries/outcome-unknown.ts';
import type { OutletIo } from '../deliveries/outlet.ts';
import { googleProblem } from './google-problem.ts';
import { accessToken, parseJson, type ServiceAccount } from './google-token.ts';

type Cell = string | number | null;

/** One spreadsheet, over the Sheets API v4. */
export interface SheetsApi {
  /** Reads; nothing can have happened when it fails. `path` begins after the spreadsheet's id. */
  get(path: string, query?: Record<string, string>): Promise<unknown>;
  /** Writes once; `OutcomeUnknown` when nobody can tell whether it did. */
  post(path: string, query: Record<string, string>, body: object): Promise<unknown>;
}

export async function openSheets(
  { baseUrl, spreadsheetId, account }: { baseUrl: string; spreadsheetId: string; account: ServiceAccount },
  io: OutletIo,
): Promise<SheetsApi> {
  const headers = { authorization: `Bearer ${await accessToken(account, io)}`, 'content-type': 'application/json' };
  const urlOf = (path: string, query: Record<string, string> = {}) =>
    `${baseUrl}/v4/spreadsheets/${encodeURIComponent(spreadsheetId)}${path}?${new URLSearchParams(query)}`;
  const read = (answer: { status: number; headers: Record<string, string>; body: Uint8Array }): unknown => {
    const body = parseJson(new TextDecoder().decode(answer.body));
    if (answer.status === 200 && body !== undefined) return body;
    throw googleProblem(answer, body, account.client_email);
  };
  return {
    get: async (path, query) => read(await io.http.get(urlOf(path, query), { headers, signal: io.signal })),
    async post(path, query, body) {
      const options = { headers, signal: io.signal, body: JSON.stringify(body) };
      const answer = await sendOnce(io.http, urlOf(path, query), options);
      try {
        return read(answer);
      } catch (error) {
        if (isProblem(error, 'upstream-down')) throw new OutcomeUnknown(error);
        throw error;
      }
    },
  };
}

/** `'My sheet'!A1:C3`: quotes in a name are doubled. Columns count from 0, rows from 1. */
export function rangeOf(sheet: string, from: { column: number; row?: number }, to = from): string {
  const cell = ({ column, row }: { column: number; row?: number }) => `${columnName(column)}${row ?? ''}`;
  return `'${sheet.replaceAll("'", "''")}'!${cell(from)}:${cell(to)}`;
}

/** 0 is A, 25 is Z, 26 is AA. */
export function columnName(column: number): string {
  const letter = String.fromCharCode(65 + (column % 26));
  return column < 26 ? letter : columnName(Math.floor(column / 26) - 1) + letter;
}

/** A cell holds at most 50,000 characters; null leaves what is there, so that nothing is an empty text. */
export const cellValue = (cell: Cell): string | number =>
  typeof cell === 'string' ? cell.slice(0, 49_000) : (cell ?? '');
