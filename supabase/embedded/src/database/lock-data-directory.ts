import { Database, SQLiteError } from 'bun:sqlite';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { EmbeddedError } from '../errors.ts';

/**
 * Makes this process the only one to open a data directory; two on one directory lost 9,592 acknowledged rows when tried.
 *
 * The lock is the kernel's: an exclusive SQLite transaction on `<directory>.lock`. It ends with its process however that
 * ends, so there is no stale lock to judge, a pid used again changes nothing, and two containers that share a volume (and
 * both have pid 1) still exclude each other. It is not inherited by child processes. The pid in `<directory>.pid` is there
 * for the message alone.
 *
 * Nothing else in the process may open and close `<directory>.lock`: that would drop the POSIX lock.
 */
export function lockDataDirectory(directory: string): { release(): void } {
  mkdirSync(dirname(directory), { recursive: true });
  const pidFile = `${directory}.pid`;
  const lock = new Database(`${directory}.lock`, { create: true, readwrite: true });

  try {
    lock.run('begin exclusive');
  } catch (error) {
    lock.close();
    if (!(error instanceof SQLiteError) || error.code !== 'SQLITE_BUSY') throw error;
    throw new EmbeddedError(
      'database-locked',
      `The database ${directory} is already open in ${ownerOf(pidFile)}. ` +
        'Stop that process, or choose another folder with NEXUS_HOME.',
    );
  }

  writeFileSync(pidFile, `${process.pid}\n`);
  return {
    release() {
      rmSync(pidFile, { force: true });
      lock.close();
    },
  };
}

function ownerOf(pidFile: string): string {
  try {
    return `process ${readFileSync(pidFile, 'utf8').trim()}`;
  } catch (error) {
    // The owner has the lock but has not written its pid yet, or is just removing it.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return 'another process';
  }
}
