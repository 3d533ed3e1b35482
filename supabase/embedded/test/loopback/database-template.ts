import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase } from '../../src/database/open-database.ts';
import { temporaryDirectory } from './temporary-directory.ts';

export interface DatabaseTemplate {
  /** Puts a database without migrations at this path. */
  copyTo(dataDir: string): void;
  remove(): void;
}

/** Makes a database once, because making takes seconds, to copy it for each test. */
export async function databaseTemplate(): Promise<DatabaseTemplate> {
  const directory = temporaryDirectory();
  const template = join(directory.path, 'database');
  const database = await openDatabase({ dataDir: template });
  await database.close();
  return {
    copyTo: (dataDir) => cpSync(template, dataDir, { recursive: true }),
    remove: directory.remove,
  };
}
