import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runPgTap } from './pgtap.ts';

// Runs supabase/tests/*.test.sql, or the files named, and ends with the numbers.
const directory = fileURLToPath(new URL('../../tests', import.meta.url));
const named = process.argv.slice(2);
const files =
  named.length > 0
    ? named
    : readdirSync(directory)
        .filter((file) => file.endsWith('.test.sql'))
        .sort()
        .map((file) => join(directory, file));

const { lines, passed, failed } = await runPgTap(files);
console.log(['TAP version 13', ...lines, `${passed} passed, ${failed} failed`].join('\n'));
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
