import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { migratedDatabase } from './testing/migrated-database.ts';

export interface PgTapResult {
  passed: number;
  failed: number;
  /** What the tests printed, in TAP, one section per file. */
  lines: string[];
}

/**
 * Runs pgTAP files (`begin; select plan(n); …; select * from finish(); rollback;`) in a migrated database. A file that
 * breaks off, or runs another number of tests than it planned, has one failure more.
 */
export async function runPgTap(files: string[]): Promise<PgTapResult> {
  const database = await migratedDatabase({ pgtap: true });
  try {
    await database.exec('create extension if not exists pgtap with schema extensions');
    const result: PgTapResult = { passed: 0, failed: 0, lines: [] };
    for (const file of files) {
      const lines = await runFile(database, file);
      result.passed += lines.filter((line) => line.startsWith('ok ')).length;
      result.failed += lines.filter((line) => line.startsWith('not ok ')).length;
      result.lines.push(`# ${basename(file)}`, ...lines);
    }
    return result;
  } finally {
    await database.close();
  }
}

async function runFile(database: PGlite, file: string): Promise<string[]> {
  const lines: string[] = [];
  try {
    for (const { rows } of await database.exec(readFileSync(file, 'utf8'), { rowMode: 'array' })) {
      for (const [value] of rows as unknown as unknown[][]) {
        if (typeof value === 'string') lines.push(...value.split('\n'));
      }
    }
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    await database.exec('rollback');
    return [`not ok 1 - ${basename(file)} runs to its end`, `# ${error.message}`];
  }

  const planned = Number(/^1\.\.(\d+)$/m.exec(lines.join('\n'))?.[1] ?? NaN);
  const ran = lines.filter((line) => /^(not )?ok /.test(line)).length;
  if (ran !== planned) lines.push(`not ok ${ran + 1} - planned ${planned || 'nothing'}, ran ${ran}`);
  return lines;
}
