/** What a runner counted; `note` is shown beside it, `output` when something failed. */
export interface GroupResult {
  passed: number;
  failed: number;
  skipped?: number;
  output?: string;
  note?: string;
  /** What failed once more by itself, when everything else is over: a busy machine is no fault of the code. */
  again?: () => Promise<GroupResult>;
}

/** One thing `npm test` does: a tool that passes or fails, or a runner with numbers of its own. */
export interface Group {
  readonly name: string;
  run(): Promise<GroupResult>;
}

/** Few groups keep more than one core busy. */
const AT_ONCE = 2;

/** Runs the groups two at a time in order, prints one line each, the output of those that failed, and the sum as the last line. */
export async function runGroups(groups: readonly Group[]): Promise<boolean> {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  const report = (name: string, result: GroupResult, seconds: number) => {
    sum.passed += result.passed;
    sum.failed += result.failed;
    sum.skipped += result.skipped ?? 0;
    printResult(name, result, seconds);
  };
  const again: [string, () => Promise<GroupResult>][] = [];
  const run = async ({ name, run: start }: Group) => {
    const started = performance.now();
    const result = await start();
    if (result.failed > 0 && result.again) again.push([name, result.again]);
    else report(name, result, (performance.now() - started) / 1000);
  };

  const waiting = [...groups];
  const lane = async () => {
    for (let group = waiting.shift(); group; group = waiting.shift()) await run(group);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  for (const [name, start] of again) {
    const started = performance.now();
    report(name, await start(), (performance.now() - started) / 1000);
  }
  console.log(`${sum.passed} passed, ${sum.failed} failed${sum.skipped ? `, ${sum.skipped} skipped` : ''}`);
  return sum.failed === 0;
}

function printResult(name: string, { passed, failed, skipped, note, output }: GroupResult, seconds: number): void {
  const counts = `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`;
  console.log(`${failed > 0 ? '✗' : '✓'} ${name}: ${counts} (${seconds.toFixed(1)} s)${note ? `. ${note}` : ''}`);
  if (failed > 0 && output) console.log(output);
}

/** Runs a command to its end and keeps what it says. */
export async function capture(
  command: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<{ exitCode: number; output: string }> {
  const child = Bun.spawn([...command], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [out, error] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return { exitCode: await child.exited, output: `${out}${error}` };
}

/** A tool whose exit code is its whole verdict. */
export function tool(
  name: string,
  command: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Group {
  return {
    name,
    async run() {
      const { exitCode, output } = await capture(command, options);
      return exitCode === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1, output };
    },
  };
}
