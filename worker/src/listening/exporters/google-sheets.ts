import { NexusError } from '@nexus/shared/platform';
import { z } from 'zod';
import type { OutletIo } from '../deliveries/outlet.ts';
import type { Exporter } from './exporter.ts';
import { readServiceAccount } from './google-token.ts';
import { openSheets } from './sheets-api.ts';
import { prepareSheet } from './prepare-sheet.ts';
import { writeRows } from './write-rows.ts';

const Settings = z.strictObject({
  // No `z.url()`: what has a good default stands folded away in its form, addresses do not.
  baseUrl: z
    .string()
    .regex(/^https?:\/\//, 'An address such as https://example.org')
    .default('https://sheets.googleapis.com')
    .meta({ title: 'Address of the API', description: 'For a proxy in between. Leave it as it is otherwise.' }),
});
const Credentials = z.strictObject({
  serviceAccount: z.string().min(1).max(20_000).meta({
    title: 'Key of the service account',
    description: 'The whole JSON file that Google gave you. Share the spreadsheet with its client_email as an editor.',
  }),
});
const Address = z.strictObject({
  spreadsheet: z
    .string()
    .trim()
    .regex(
      /^(https:\/\/docs\.google\.com\/spreadsheets\/d\/)?[A-Za-z0-9_-]{8,}([/?#].*)?$/,
      'The address of a spreadsheet, or its id',
    )
    .meta({
      title: 'Spreadsheet',
      description: 'Its address in the browser, or its id.',
      examples: ['https://docs.google.com/spreadsheets/d/…'],
    }),
  sheet: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .default('Opportunities')
    .meta({ title: 'Sheet', description: 'Made when it is not there.' }),
});

/** Rows per request: some hundred kilobytes, far below what Google takes at once. */
const ROWS_AT_ONCE = 500;

/** A sheet with one row an opportunity. A hidden first column names it, so rows may be sorted, moved and coloured by people. */
export const googleSheets: Exporter = {
  id: 'google-sheets',
  label: 'Google Sheets',
  description: 'One row an opportunity, brought up to date in place. Through a service account of Google.',
  settings: Settings,
  credentials: Credentials,
  address: Address,
  needsConnection: true,

  async write(columns, rows, io) {
    const { api, sheet } = await open(io);
    const places = await prepareSheet(api, sheet, columns);
    let added = 0;
    for (let from = 0; from < rows.length; from += ROWS_AT_ONCE)
      added += await writeRows(api, sheet, places, rows.slice(from, from + ROWS_AT_ONCE));
    return { remoteId: rows.length === 0 ? null : `+${added} ~${rows.length - added}` };
  },
};

async function open(io: OutletIo) {
  const { baseUrl } = Settings.parse(io.settings);
  const credentials = Credentials.safeParse(io.credentials);
  if (!credentials.success)
    throw new NexusError(
      'not-configured',
      'The connection has no key of a service account. Enter one under Connections.',
    );
  const account = readServiceAccount(credentials.data.serviceAccount);
  const { spreadsheet, sheet } = Address.parse(io.address);
  const spreadsheetId = spreadsheet.replace(/^.*\/d\//, '').replace(/[/?#].*$/, '');
  return { api: await openSheets({ baseUrl, spreadsheetId, account }, io), sheet };
}
