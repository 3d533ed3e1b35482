import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { z } from 'zod';
import { OutcomeUnknown } from '../../src/listening/deliveries/outcome-unknown.ts';
import type { OutletIo } from '../../src/listening/deliveries/outlet.ts';
import type { Exporter, TableColumn, TableRow } from '../../src/listening/exporters/exporter.ts';

export interface ExporterTrial extends AsyncDisposable {
  io: OutletIo;
  /** Headings and cells by key, as they are there. */
  table(): { headings: string[]; rows: Map<string, (string | number)[]> };
  trouble(kind: 'limited' | 'cut-after' | 'cut-before'): void;
  revoked: OutletIo;
  gone: OutletIo;
}

export const COLUMNS: readonly TableColumn[] = [
  { id: 'value', heading: 'Value' },
  { id: 'text', heading: 'Post' },
  { id: 'state', heading: 'State' },
];
const row = (key: string, ...cells: TableRow['cells']): TableRow => ({ key, cells });

/** What every exporter must do, whatever table it writes. */
export function exporterContract(exporter: Exporter, start: () => Promise<ExporterTrial>): void {
  describe(`${exporter.id} keeps the contract of exporters`, () => {
    let trial: ExporterTrial;
    beforeEach(async () => {
      trial = await start();
    });
    afterEach(() => trial[Symbol.asyncDispose]());

    test('it can be drawn as a form', () => {
      expect(exporter.id).toMatch(/^[a-z][a-z-]+$/);
      for (const schema of [exporter.settings, exporter.credentials, exporter.address])
        expect(z.toJSONSchema(schema, { io: 'input' })).toMatchObject({ type: 'object' });
    });

    test('rows are appended once, and brought up to date in place', async () => {
      await exporter.write(COLUMNS, [row('a', 80, 'First', 'new'), row('b', 70, '=1+1', 'new')], trial.io);
      await exporter.write(COLUMNS, [row('a', 60, 'First', 'done'), row('c', 50, null, 'new')], trial.io);

      const { headings, rows } = trial.table();
      expect(headings).toEqual(expect.arrayContaining(['Value', 'Post', 'State']));
      expect([...rows]).toEqual([
        ['a', [60, 'First', 'done']],
        ['b', [70, '=1+1', 'new']],
        ['c', [50, '', 'new']],
      ]);
    });

    test('without rows the table is made ready', async () => {
      await exporter.write(COLUMNS, [], trial.io);

      expect(trial.table()).toMatchObject({ headings: expect.arrayContaining(['Value']), rows: new Map() });
    });

    test('a break after the rows were appended doubles none of them', async () => {
      await exporter.write(COLUMNS, [], trial.io);
      for (const kind of ['cut-before', 'cut-after'] as const) {
        trial.trouble(kind);
        const rows = [row(`${kind} 1`, 1, 'x', 'new'), row(`${kind} 2`, 2, 'y', 'new')];

        const outcome = await exporter.write(COLUMNS, rows, trial.io).catch((error: unknown) => error);
        await exporter.write(COLUMNS, rows, trial.io);

        expect(outcome).toBeInstanceOf(OutcomeUnknown);
      }
      expect([...trial.table().rows.keys()]).toEqual(['cut-before 1', 'cut-before 2', 'cut-after 1', 'cut-after 2']);
    });

    test('asked to slow down, it may be tried again when it was told', async () => {
      await exporter.write(COLUMNS, [], trial.io);
      trial.trouble('limited');

      const attempt = exporter.write(COLUMNS, [row('a', 1, 'x', 'new')], trial.io);

      await expect(attempt).rejects.toMatchObject({ code: 'upstream-limited', retryAfterSeconds: expect.any(Number) });
      expect(trial.table().rows.size).toBe(0);
    });

    test('what was revoked, or is gone, says what a person has to do', async () => {
      for (const io of [trial.revoked, trial.gone]) {
        const problem = await exporter.write(COLUMNS, [], io).catch((error: unknown) => error);

        expect(problem).toMatchObject({ code: 'upstream-refused', mayRetry: false });
        expect((problem as { detail: string }).detail).toMatch(/Make|Check|Share/);
      }
    });
  });
}
