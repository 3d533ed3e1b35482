import { afterEach, beforeEach, expect, test } from 'bun:test';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { runProcess, type ProcessOptions } from '../../src/platform/process.ts';
import { isAlive } from './process-list.ts';

const never = new AbortController().signal;
const limits = { signal: never, timeoutSeconds: 20, stallSeconds: 20 } satisfies ProcessOptions;
const hasSetpriv = Bun.which('setpriv') !== null;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nexus-process-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('output, exit code and the end of standard error come back', async () => {
  const result = await runProcess('bash', ['-c', 'echo out; echo err >&2; exit 3'], limits);

  expect(new TextDecoder().decode(result.stdout)).toBe('out\n');
  expect(result).toMatchObject({ exitCode: 3, signal: null, stderrTail: 'err\n' });
});

test('arguments are passed as they are, without a shell', async () => {
  const odd = '-n; $(touch x) `ls`\n"quoted"';

  const result = await runProcess('printf', ['%s', odd], limits);

  expect(new TextDecoder().decode(result.stdout)).toBe(odd);
});

test('standard input is closed, so a reader ends at once', async () => {
  const result = await runProcess('cat', [], limits);

  expect(result).toMatchObject({ exitCode: 0, stdout: new Uint8Array() });
});

test('an input file is readable as descriptor 3, whatever its name', async () => {
  const path = join(folder, '-i\n%03d http:');
  await writeFile(path, 'content');

  const result = await runProcess('cat', ['/dev/fd/3'], { ...limits, inputPath: path });

  expect(new TextDecoder().decode(result.stdout)).toBe('content');
});

test('lines of a progress meter do not push the reason out of the tail', async () => {
  const script = 'echo the reason >&2; for i in $(seq 5000); do echo meter=$i >&2; done; exit 1';

  const result = await runProcess('bash', ['-c', script], { ...limits, isMeter: (line) => line.startsWith('meter=') });

  expect(result.stderrTail).toBe('the reason\n');
});

test('our secrets do not reach the child', async () => {
  process.env.NEXUS_PROCESS_TEST_SECRET = 'hunter2';
  try {
    const result = await runProcess('env', [], { ...limits, env: { EXTRA: 'yes' } });

    const text = new TextDecoder().decode(result.stdout);
    expect(text).toContain('EXTRA=yes');
    expect(text).not.toContain('hunter2');
  } finally {
    delete process.env.NEXUS_PROCESS_TEST_SECRET;
  }
});

test('lines are split at newlines and carriage returns, the last one without either', async () => {
  const lines: string[] = [];

  await runProcess('printf', ['one\\rtwo\\r\\nthree'], { ...limits, onStdoutLine: (line) => lines.push(line) });

  expect(lines).toEqual(['one', 'two', 'three']);
});

test('a missing program is a problem that names how to install it', async () => {
  const run = runProcess('nexus-no-such-program', [], limits);

  await expect(run).rejects.toMatchObject({
    code: 'not-configured',
    detail: '`nexus-no-such-program` is not installed. Install it and start Nexus again.',
  });
});

test('an abort ends the whole group, also a grandchild that ignores SIGTERM', async () => {
  const abort = new AbortController();
  const pids: number[] = [];
  const script = `bash -c 'trap "" TERM; echo $BASHPID; while :; do sleep 1; done' & echo $$; wait`;

  const run = runProcess('bash', ['-c', script], {
    ...limits,
    signal: abort.signal,
    onStdoutLine: (line) => {
      if (pids.push(Number(line)) === 2) abort.abort();
    },
  });

  await expect(run).rejects.toMatchObject({ code: 'canceled' });
  expect(pids).toHaveLength(2);
  for (const pid of pids) await ended(pid);
});

test('silence longer than the watchdog allows is a stall', async () => {
  const run = runProcess('sleep', ['30'], { ...limits, stallSeconds: 0.2 });

  await expect(run).rejects.toMatchObject({ code: 'stalled', mayRetry: true });
});

test('output that is not progress does not feed the watchdog', async () => {
  const run = runProcess('bash', ['-c', 'while :; do echo same; sleep 0.05; done'], {
    ...limits,
    stallSeconds: 0.4,
    onStdoutLine: () => {},
    isProgress: (line) => line !== 'same',
  });

  await expect(run).rejects.toMatchObject({ code: 'stalled' });
});

test('a program that goes on for ever is stopped at its time limit although it makes progress', async () => {
  const run = runProcess('bash', ['-c', 'while :; do echo .; sleep 0.05; done'], {
    ...limits,
    timeoutSeconds: 0.5,
    onStdoutLine: () => {},
  });

  await expect(run).rejects.toMatchObject({
    code: 'stalled',
    detail: expect.stringContaining('did not finish within'),
  });
});

test('endless output is cut off', async () => {
  const run = runProcess('yes', [], { ...limits, maxOutputBytes: 100_000 });

  await expect(run).rejects.toMatchObject({ code: 'too-large' });
});

test('a callback that throws ends the child and its error comes out unchanged', async () => {
  const mine = new Error('mine');

  const run = runProcess('yes', [], {
    ...limits,
    onStdoutLine: () => {
      throw mine;
    },
  });

  await expect(run).rejects.toBe(mine);
});

test('a slow reader holds the child back and loses nothing', async () => {
  let bytes = 0;

  await runProcess('head', ['-c', '3000000', '/dev/zero'], {
    ...limits,
    onStdout: async (chunk) => {
      await Promise.resolve();
      bytes += chunk.byteLength;
    },
  });

  expect(bytes).toBe(3_000_000);
});

test.skipIf(Bun.which('prlimit') === null)('memory and file size are capped', async () => {
  const hungry = await runProcess('dd', ['if=/dev/zero', 'of=/dev/null', 'bs=400M', 'count=1'], {
    ...limits,
    memoryBytes: 200_000_000,
  });
  const bulky = await runProcess('dd', ['if=/dev/zero', `of=${folder}/big`, 'bs=1M', 'count=4'], {
    ...limits,
    maxFileBytes: 1_000_000,
  });

  expect(hungry.stderrTail).toContain('memory exhausted');
  expect(bulky.exitCode).not.toBe(0);
  expect((await readFile(join(folder, 'big'))).byteLength).toBeLessThanOrEqual(1_000_000);
});

test.skipIf(!hasSetpriv)('when our own process is killed with -9 the child dies with it', async () => {
  const script = join(folder, 'parent.ts');
  const module = join(import.meta.dir, '../../src/platform/process.ts');
  await writeFile(
    script,
    `import { runProcess } from ${JSON.stringify(module)};
     await runProcess('bash', ['-c', 'echo $$; exec sleep 600'], {
       signal: new AbortController().signal, timeoutSeconds: 600, stallSeconds: 600,
       onStdoutLine: (line) => console.log(line),
     });`,
  );
  const parent = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const childPid = Number(line.toString());
  expect(isAlive(childPid)).toBe(true);

  parent.kill('SIGKILL');
  await once(parent, 'exit');

  await ended(childPid);
});

/** Resolves once the process is gone; a zombie that waits for its reaper counts as gone. The test's own limit ends the wait. */
async function ended(pid: number): Promise<void> {
  while (isAlive(pid)) await Bun.sleep(10);
}
