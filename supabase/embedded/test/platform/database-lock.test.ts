import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect, setDefaultTimeout, test } from 'bun:test';
import { openDatabase } from '../../src/database/open-database.ts';
import { type DatabaseTemplate, databaseTemplate } from '../loopback/database-template.ts';
import { temporaryDirectory } from '../loopback/temporary-directory.ts';

// Opening a database takes seconds on a busy machine.
setDefaultTimeout(60_000);

let template: DatabaseTemplate;
beforeAll(async () => {
  template = await databaseTemplate();
});
afterAll(() => template.remove());

let directory: ReturnType<typeof temporaryDirectory>;
let dataDir: string;
beforeEach(() => {
  directory = temporaryDirectory();
  dataDir = join(directory.path, 'database');
  template.copyTo(dataDir);
});
afterEach(() => directory.remove());

/** Another process with the database open, and the lines it prints. */
function otherProcess(mode: 'hold' | 'write') {
  const script = fileURLToPath(import.meta.resolve('../loopback/database-process.ts'));
  const child = Bun.spawn([process.execPath, script, dataDir, mode], { stdout: 'pipe', stderr: 'inherit' });
  const lines = readLines(child.stdout);
  return { child, lines };
}

async function* readLines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of stream) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop()!;
    yield* lines;
  }
}

test('a second process is told which process has the database', async () => {
  const { child, lines } = otherProcess('hold');
  await lines.next();

  await expect(openDatabase({ dataDir })).rejects.toMatchObject({
    code: 'database-locked',
    message: expect.stringContaining(`process ${child.pid}`),
  });

  child.kill('SIGKILL');
  await child.exited;
  const database = await openDatabase({ dataDir });
  await database.close();
});

test('the same process cannot open it twice, and can once it is closed', async () => {
  const first = await openDatabase({ dataDir });

  await expect(openDatabase({ dataDir })).rejects.toMatchObject({ code: 'database-locked' });

  await first.close();
  const second = await openDatabase({ dataDir });
  await second.close();
});

test('a pid left by a dead process does not lock, even when it is in use again', async () => {
  writeFileSync(`${dataDir}.lock`, '');
  writeFileSync(`${dataDir}.pid`, `${process.ppid}\n`);

  const database = await openDatabase({ dataDir });

  await database.close();
});

test('a process killed while it writes loses no acknowledged row, again and again', async () => {
  let acknowledged = 0;
  for (const rows of [1, 60, 200]) {
    const { child, lines } = otherProcess('write');
    for await (const line of lines) {
      if (line !== 'open') acknowledged = Number(line);
      if (line !== 'open' && acknowledged % 1000 >= rows) break;
    }
    child.kill('SIGKILL');
    await child.exited;
  }

  const database = await openDatabase({ dataDir });
  const { rows } = await database.query<{ last: number }>('select max(n)::int as last from public.acknowledged');

  expect(rows[0]!.last).toBeGreaterThanOrEqual(acknowledged);
  await database.close();
});

test('a database whose making was killed half-way is made anew', async () => {
  rmSync(dataDir, { recursive: true });
  mkdirSync(join(`${dataDir}.creating`, 'base'), { recursive: true });
  writeFileSync(join(`${dataDir}.creating`, 'PG_VERSION'), '18\n');

  const database = await openDatabase({ dataDir });

  expect((await database.query('select auth.uid() as uid')).rows).toEqual([{ uid: null }]);
  await database.close();
});
