import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, setDefaultTimeout, test } from 'bun:test';
import { runPgTap } from '../../src/pgtap.ts';
import { temporaryDirectory } from '../loopback/temporary-directory.ts';

// Opening a database takes seconds on a busy machine.
setDefaultTimeout(60_000);

let directory: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory.remove());

function put(file: string, sql: string): string {
  const path = join(directory.path, file);
  writeFileSync(path, sql);
  return path;
}

test('passes and failures are counted over all files, and no file sees what another did', async () => {
  const first = put(
    'first.test.sql',
    `begin; select plan(2); create table public.t (n int);
    select has_table('public'::name, 't'::name); select is(1, 2, 'one is two'); select * from finish(); rollback;`,
  );
  const second = put(
    'second.test.sql',
    `begin; select plan(1); select hasnt_table('public'::name, 't'::name); select * from finish(); rollback;`,
  );

  const { passed, failed, lines } = await runPgTap([first, second]);

  expect({ passed, failed }).toEqual({ passed: 2, failed: 1 });
  expect(lines).toContain('not ok 2 - one is two');
});

test('a file that breaks off, or runs fewer tests than it planned, has failed', async () => {
  const broken = put('broken.test.sql', 'begin; select plan(1); select nonsense(); rollback;');
  const short = put('short.test.sql', `begin; select plan(3); select pass('one'); select * from finish(); rollback;`);

  const { passed, failed } = await runPgTap([broken, short]);

  expect({ passed, failed }).toEqual({ passed: 1, failed: 2 });
});
