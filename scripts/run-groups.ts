/** One thing `npm test` does: a tool that passes or fails, or a runner with numbers of its own. */
export interface Group {
  readonly name: string;
  /** Answers what the runner counted; `note` is shown beside it, `output` when something failed. */
  run(): Promise<{ passed: number; failed: number; skipped?: number; output?: string; note?: string }>;
}

/** Runs the groups in order and prints one line each, the output of those that failed, and the sum as the last line. */
export async function runGroups(groups: readonly Group[]): Promise<boolean> {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const group of groups) {
    const started = performance.now();
    const result = await group.run();
    sum.passed += result.passed;
    sum.failed += result.failed;
    sum.skipped += result.skipped ?? 0;
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    const counts = `${result.passed} passed, ${result.failed} failed${result.skipped ? `, ${result.skipped} skipped` : ''}`;
    console.log(
      `${result.failed > 0 ? '✗' : '✓'} ${group.name}: ${counts} (${seconds} s)${result.note ? `. ${result.note}` : ''}`,
    );
    if (result.failed > 0 && result.output) console.log(result.output);
  }
  console.log(`${sum.passed} passed, ${sum.failed} failed${sum.skipped ? `, ${sum.skipped} skipped` : ''}`);
  return sum.failed === 0;
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
