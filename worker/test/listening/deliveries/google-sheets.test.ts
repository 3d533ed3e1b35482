import { expect, test } from 'bun:test';
import { googleSheets } from '../../../src/listening/exporters/google-sheets.ts';
import { columnName, rangeOf } from '../../../src/listening/exporters/sheets-api.ts';
import { COLUMNS, exporterContract, type ExporterTrial } from '../../contract/exporter.ts';
import { testOutletIo } from '../../contract/outlet-io.ts';
import {
  type GoogleSheetsServer,
  googleSheetsServer,
  RETRY_AFTER_SECONDS,
} from '../../loopback/google-sheets-server.ts';

const ioOf = (
  server: GoogleSheetsServer,
  over: { spreadsheet?: string; sheet?: string; serviceAccount?: string } = {},
) =>
  testOutletIo({
    allow: [server.host],
    settings: { baseUrl: server.origin },
    credentials: { serviceAccount: over.serviceAccount ?? server.serviceAccount },
    address: {
      spreadsheet: over.spreadsheet ?? `https://docs.google.com/spreadsheets/d/${server.spreadsheetId}/edit#gid=0`,
      sheet: over.sheet ?? 'Opportunities',
    },
  });

async function trial(): Promise<ExporterTrial> {
  const server = await googleSheetsServer();
  const deleted = await googleSheetsServer();
  deleted.revoke();
  return {
    io: ioOf(server),
    revoked: ioOf(deleted),
    gone: ioOf(server, { spreadsheet: '1ZZZZZZZZZZZZZZ' }),
    table: () => tableOf(server),
    trouble: (kind) => server.next(kind),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await deleted[Symbol.asyncDispose]();
    },
  };
}

exporterContract(googleSheets, trial);

test('headings are written once and the column of keys is hidden', async () => {
  await using server = await googleSheetsServer();

  for (const key of ['a', 'b']) await googleSheets.write(COLUMNS, [{ key, cells: [1, 'x', 'new'] }], ioOf(server));

  const sheet = server.sheet('Opportunities')!;
  expect(sheet.rows).toEqual([
    ['nexus_id', 'Value', 'Post', 'State'],
    ['a', 1, 'x', 'new'],
    ['b', 1, 'x', 'new'],
  ]);
  expect([...sheet.hidden]).toEqual([0]);
});

test('rows that people sorted, columns they moved or added, and a column chosen later all keep their places', async () => {
  await using server = await googleSheetsServer();
  const io = ioOf(server, { sheet: "Ann's list" });
  await googleSheets.write(
    COLUMNS,
    [
      { key: 'a', cells: [1, 'x', 'new'] },
      { key: 'b', cells: [2, 'y', 'new'] },
    ],
    io,
  );
  server.sheet("Ann's list")!.rows = [
    ['nexus_id', 'State', 'Mine', 'Value', 'Post'],
    ['b', 'new', 'call her', 2, 'y'],
    ['a', 'new', '', 1, 'x'],
  ];

  const columns = [...COLUMNS, { id: 'intent', heading: 'Intent' } as const];
  const rows = [
    { key: 'b', cells: [3, 'y', 'done', 'praise'] },
    { key: 'c', cells: [4, 'z', 'new', null] },
  ];
  await googleSheets.write(columns, rows, io);

  expect(server.sheet("Ann's list")!.rows).toEqual([
    ['nexus_id', 'State', 'Mine', 'Value', 'Post', 'Intent'],
    ['b', 'done', 'call her', 3, 'y', 'praise'],
    ['a', 'new', '', 1, 'x'],
    ['c', 'new', '', 4, 'z', ''],
  ]);
});

test('what Google says has words: slow down, not shared, API off, no key', async () => {
  await using server = await googleSheetsServer();
  const one = [{ key: 'a', cells: [1, 'x', 'new'] }];
  await googleSheets.write(COLUMNS, [], ioOf(server));

  server.next('limited');
  await expect(googleSheets.write(COLUMNS, one, ioOf(server))).rejects.toMatchObject({
    code: 'upstream-limited',
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
  server.next({ status: 403, error: { status: 'PERMISSION_DENIED', details: [{ reason: 'SERVICE_DISABLED' }] } });
  await expect(googleSheets.write(COLUMNS, one, ioOf(server))).rejects.toMatchObject({
    detail: expect.stringContaining('Turn it on'),
  });
  server.next({ status: 503, error: { status: 'UNAVAILABLE' } });
  await expect(googleSheets.write(COLUMNS, one, ioOf(server))).rejects.toMatchObject({ name: 'OutcomeUnknown' });
  server.unshare();
  await expect(googleSheets.write(COLUMNS, one, ioOf(server))).rejects.toMatchObject({
    detail: expect.stringContaining('nexus@project.iam.gserviceaccount.com'),
  });
  await expect(
    googleSheets.write(COLUMNS, one, ioOf(server, { serviceAccount: '{"type":"authorized_user"}' })),
  ).rejects.toMatchObject({ code: 'invalid-input' });
});

test('many rows go in few requests', async () => {
  await using server = await googleSheetsServer();
  const rows = Array.from({ length: 1200 }, (_, n) => ({ key: `k${n}`, cells: [n, 'x', 'new'] }));

  const { remoteId } = await googleSheets.write(COLUMNS, rows, ioOf(server));

  expect(remoteId).toBe('+1200 ~0');
  expect(server.appends()).toBe(3);
  expect(tableOf(server).rows.size).toBe(1200);
});

test('places have the names that sheets give them', () => {
  expect([0, 25, 26, 51, 52, 701, 702].map(columnName)).toEqual(['A', 'Z', 'AA', 'AZ', 'BA', 'ZZ', 'AAA']);
  expect(rangeOf("Ann's", { column: 1, row: 2 }, { column: 3, row: 2 })).toBe("'Ann''s'!B2:D2");
});

function tableOf(server: GoogleSheetsServer) {
  const [headings = [], ...rows] = server.sheet('Opportunities')?.rows ?? [];
  const key = headings.indexOf('nexus_id');
  return {
    headings: headings.map(String),
    rows: new Map(rows.map((row) => [String(row[key]), row.filter((_, column) => column !== key)])),
  };
}
