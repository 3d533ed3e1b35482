import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { capture, type Group } from './run-groups.ts';

const root = join(import.meta.dir, '..');

/** The tests of one package under `bun test`, counted by its own JUnit report. A run that ends without one counts as failed. */
export function bunTests(folder: string): Group {
  return {
    name: `tests of ${folder}`,
    async run() {
      const directory = await mkdtemp(join(tmpdir(), 'nexus-junit-'));
      const report = join(directory, 'report.xml');
      try {
        const { exitCode, output } = await capture(
          [
            process.execPath,
            'test',
            `./${folder}/test`,
            '--timeout=60000',
            '--reporter=junit',
            `--reporter-outfile=${report}`,
          ],
          { cwd: root, env: { NODE_ENV: 'test' } },
        );
        const counts = (await Bun.file(report).exists())
          ? readJUnit(await Bun.file(report).text())
          : { passed: 0, failed: 0, skipped: 0 };
        const broke = exitCode !== 0 && counts.failed === 0 ? 1 : 0;
        return {
          ...counts,
          failed: counts.failed + broke,
          output: failuresOf(output),
          note: broke ? `bun test ended with ${exitCode}` : '',
        };
      } finally {
        await rm(directory, { recursive: true, force: true });
      }
    },
  };
}

/** The totals stand in the attributes of the root element. */
export function readJUnit(xml: string): { passed: number; failed: number; skipped: number } {
  const head = /<testsuites[^>]*>/.exec(xml)?.[0] ?? '';
  const read = (name: string) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(head)?.[1] ?? 0);
  const failed = read('failures') + read('errors');
  const skipped = read('skipped');
  return { passed: read('tests') - failed - skipped, failed, skipped };
}

/** Lines about tests that passed say nothing new. */
function failuresOf(output: string): string {
  return output
    .split('\n')
    .filter((line) => !/^\s*(\(pass\)|✓)/.test(line))
    .join('\n')
    .slice(-20_000);
}
