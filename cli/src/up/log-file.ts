import { closeSync, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { LogFields } from '@nexus/shared/platform';

/** Two files of 20 MB hold about 200,000 events. */
const MOST_BYTES = 20 * 1024 * 1024;

export interface LogFile {
  write(event: LogFields): void;
  close(): void;
}

/** One JSON event per line, appended; a full file becomes `<name>.1`. A terminal shows addresses and problems, not every request. */
export function openLogFile(path: string): LogFile {
  mkdirSync(dirname(path), { recursive: true });
  let file = openSync(path, 'a', 0o600);
  let size = statSync(path).size;

  return {
    write(event) {
      const line = `${JSON.stringify({ time: new Date().toISOString(), ...event })}\n`;
      if (size > MOST_BYTES) {
        closeSync(file);
        renameSync(path, `${path}.1`);
        file = openSync(path, 'a', 0o600);
        size = 0;
      }
      size += writeSync(file, line);
    },
    close: () => closeSync(file),
  };
}
