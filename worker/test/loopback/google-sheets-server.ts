import { exportPKCS8, generateKeyPair, jwtVerify } from 'jose';
import { httpService, type HttpService, type ServiceAnswer, type ServiceRequest } from './http-service.ts';

type Cell = string | number;

interface Sheet {
  sheetId: number;
  title: string;
  rows: Cell[][];
  hidden: Set<number>;
}

/** What happens to one writing request: Google's words, or a break after it was done, or before. */
export type SheetsTrouble = 'limited' | 'cut-after' | 'cut-before' | { status: number; error: object };

export interface GoogleSheetsServer extends HttpService {
  /** The JSON file of its service account. */
  serviceAccount: string;
  spreadsheetId: string;
  sheet(title: string): Sheet | undefined;
  /** For the next writing requests, in order; then all goes well. */
  next(...troubles: SheetsTrouble[]): void;
  /** The key is deleted at Google. */
  revoke(): void;
  /** The spreadsheet is no longer shared with the account. */
  unshare(): void;
  /** How often rows were appended. */
  appends(): number;
}

export const RETRY_AFTER_SECONDS = 23;

/** The token endpoint and the part of the Sheets API v4 that is used, for one spreadsheet. */
export async function googleSheetsServer(): Promise<GoogleSheetsServer> {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
  const email = 'nexus@project.iam.gserviceaccount.com';
  const spreadsheetId = '1AbCdEfGhIjKlMnOpQrStUvWxYz';
  const sheets: Sheet[] = [{ sheetId: 0, title: 'Sheet1', rows: [], hidden: new Set() }];
  const troubles: SheetsTrouble[] = [];
  const tokens = new Set<string>();
  let isRevoked = false;
  let isShared = true;

  async function grant({ body }: ServiceRequest): Promise<ServiceAnswer> {
    const form = new URLSearchParams(body);
    const refused = (error_description: string) => ({
      status: 400,
      body: { error: 'invalid_grant', error_description },
    });
    if (isRevoked) return refused('Invalid JWT Signature.');
    const { payload } = await jwtVerify(form.get('assertion') ?? '', publicKey, {
      audience: `${service.origin}/token`,
      issuer: email,
      currentDate: new Date(),
    });
    if (payload.scope !== 'https://www.googleapis.com/auth/spreadsheets') return refused('Wrong scope.');
    const access_token = crypto.randomUUID();
    tokens.add(access_token);
    return { status: 200, body: { access_token, expires_in: 3599, token_type: 'Bearer' } };
  }

  function work(request: ServiceRequest): ServiceAnswer {
    const path = decodeURIComponent(request.path.slice(`/v4/spreadsheets/${spreadsheetId}`.length));
    if (request.method === 'GET') return path === '' ? list() : { status: 200, body: readValues(path, request) };
    const trouble = troubles.shift();
    if (trouble === 'limited') {
      const headers = { 'retry-after': String(RETRY_AFTER_SECONDS) };
      return { status: 429, headers, body: { error: { code: 429, status: 'RESOURCE_EXHAUSTED' } } };
    }
    if (trouble === 'cut-before') return { status: 0, isCut: true };
    if (typeof trouble === 'object') return { status: trouble.status, body: { error: trouble.error } };
    return { status: 200, body: write(path, request), isCut: trouble === 'cut-after' };
  }

  const list = (): ServiceAnswer => ({
    status: 200,
    body: { sheets: sheets.map(({ sheetId, title }) => ({ properties: { sheetId, title } })) },
  });

  function readValues(path: string, { query }: ServiceRequest): object {
    const { sheet, range } = placeOf(path.slice('/values/'.length));
    if (range === '1:1') return { range, ...(sheet.rows[0]?.length && { values: [sheet.rows[0]] }) };
    const column = columnOf(range.split(':')[0]!);
    const values = sheet.rows.map((row) => row[column] ?? '');
    const keys = query.get('majorDimension') === 'COLUMNS' ? [values] : values.map((value) => [value]);
    return { range, ...(values.length > 0 && { values: keys }) };
  }

  function write(path: string, { body, query }: ServiceRequest): object {
    const asked = JSON.parse(body) as {
      requests: object[];
      data: { range: string; values: Cell[][] }[];
      values: (Cell | null)[][];
    };
    if (path === ':batchUpdate') return { replies: asked.requests.map(change) };
    if (path === '/values:batchUpdate') {
      for (const { range, values } of asked.data) put(range, values);
      return {};
    }
    if (query.get('valueInputOption') !== 'RAW') throw new Error('Formulas of strangers would be worked out');
    const { sheet } = placeOf(/^\/values\/(.*):append$/.exec(path)![1]!);
    for (const row of asked.values) sheet.rows.push(row.map((cell) => cell ?? ''));
    return { updates: { updatedRows: asked.values.length } };
  }

  function change(request: object): object {
    const { addSheet, updateDimensionProperties: hide } = request as {
      addSheet?: { properties: { title: string } };
      updateDimensionProperties?: {
        range: { sheetId: number; startIndex: number };
        properties: { hiddenByUser: boolean };
      };
    };
    if (addSheet) {
      const sheet = { sheetId: sheets.length, title: addSheet.properties.title, rows: [], hidden: new Set<number>() };
      sheets.push(sheet);
      return { addSheet: { properties: { sheetId: sheet.sheetId, title: sheet.title } } };
    }
    if (hide?.properties.hiddenByUser)
      sheets.find(({ sheetId }) => sheetId === hide.range.sheetId)!.hidden.add(hide.range.startIndex);
    return {};
  }

  function put(at: string, values: Cell[][]): void {
    const { sheet, range } = placeOf(at);
    const from = range.split(':')[0]!;
    const [column, row] = [columnOf(from), Number(/\d+$/.exec(from)![0]) - 1];
    values.forEach((cells, down) => {
      const line = (sheet.rows[row + down] ??= []);
      cells.forEach((cell, right) => {
        while (line.length < column + right) line.push('');
        line[column + right] = cell;
      });
    });
  }

  const placeOf = (at: string): { sheet: Sheet; range: string } => {
    const [, name = '', range = ''] = /^'((?:[^']|'')*)'!(.*)$/.exec(at) ?? [];
    return { sheet: sheets.find(({ title }) => title === name.replaceAll("''", "'"))!, range };
  };

  const service: HttpService = await httpService(async (request) => {
    if (request.path === '/token') return grant(request);
    const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
    if (!tokens.has(token)) return { status: 401, body: { error: { code: 401, status: 'UNAUTHENTICATED' } } };
    if (!request.path.startsWith(`/v4/spreadsheets/${spreadsheetId}`))
      return { status: 404, body: { error: { code: 404, status: 'NOT_FOUND' } } };
    if (!isShared) return { status: 403, body: { error: { code: 403, status: 'PERMISSION_DENIED' } } };
    return work(request);
  });
  const serviceAccount = {
    type: 'service_account',
    client_email: email,
    private_key_id: 'key-1',
    private_key: await exportPKCS8(privateKey),
    token_uri: `${service.origin}/token`,
  };
  return {
    ...service,
    serviceAccount: JSON.stringify(serviceAccount, null, 2),
    spreadsheetId,
    sheet: (title) => sheets.find((sheet) => sheet.title === title),
    next: (...more) => void troubles.push(...more),
    revoke: () => void (isRevoked = true),
    unshare: () => void (isShared = false),
    appends: () => service.requests.filter(({ path }) => path.endsWith(':append')).length,
  };
}

/** A is 0, Z is 25, AA is 26. */
const columnOf = (cell: string): number =>
  [...cell.replace(/\d+$/, '')].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
