import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { capture, type Group } from './run-groups.ts';

const root = join(import.meta.dir, '..');
/** More files than this are no accident. */
const MOST_FILES_AGAIN = 3;

interface Run {
  passed: number;
  failed: number;
  skipped: number;
  output: string;
  failedFiles: string[];
}

/**
 * The tests of one package under `bun test`, counted by its own JUnit report. In CI a few failed files run once more by
 * themselves: what passes then is counted as passed and named as flaky, so that it is seen and mended without stopping others.
 */
export function bunTests(folder: string): Group {
  return {
    name: `tests of ${folder}`,
    async run() {
      const first = await runTests([`./${folder}/test`]);
      const files = first.failedFiles;
      if (!process.env.CI || files.length === 0 || files.length > MOST_FILES_AGAIN) return first;

      const again = async () => {
        const second = await runTests(files.map((file) => `./${file}`));
        if (second.failed > 0) return { ...first, output: `${first.output}\nRun again:\n${second.output}` };
        return {
          passed: first.passed + first.failed,
          failed: 0,
          skipped: first.skipped,
          note: `Flaky: ${first.failed} failed and passed when run again\n${first.output}`,
        };
      };
      return { ...first, again };
    },
  };
}

/** A run that ends without a report, or with an exit code its report does not explain, counts as one failure. */
async function runTests(paths: readonly string[]): Promise<Run> {
  const directory = await mkdtemp(join(tmpdir(), 'nexus-junit-'));
  const report = join(directory, 'report.xml');
  try {
    const { exitCode, output } = await capture(
      [process.execPath, 'test', ...paths, '--timeout=60000', '--reporter=junit', `--reporter-outfile=${report}`],
      { cwd: root, env: { NODE_ENV: 'test' } },
    );
    const xml = (await Bun.file(report).exists()) ? await Bun.file(report).text() : '';
    const counts = readJUnit(xml);
    const broke = exitCode !== 0 && counts.failed === 0;
    return {
      ...counts,
      failed: counts.failed + (broke ? 1 : 0),
      output: `${failuresOf(output)}${broke ? `\nbun test ended with ${exitCode}` : ''}`,
      failedFiles: failedFilesOf(xml),
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The totals stand in the attributes of the root element. */
export function readJUnit(xml: string): { passed: number; failed: number; skipped: number } {
  const head = /<testsuites[^>]*>/.exec(xml)?.[0] ?? '';
  const read = (name: string) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(head)?.[1] ?? 0);
  const failed = read('failures') + read('errors');
  const skipped = read('skipped');
  return { passed: read('tests') - failed - skipped, failed, skipped };
}

/** A suite named after its file is a whole file. */
function failedFilesOf(xml: string): string[] {
  const suites = xml.matchAll(/<testsuite name="([^"]+)" file="([^"]+)"[^>]*\bfailures="(\d+)"/g);
  return [...suites].filter(([, name, file, failures]) => name === file && failures !== '0').map((suite) => suite[2]!);
}

/** Lines about tests that passed say nothing new. */
function failuresOf(output: string): string {
  return output
    .split('\n')
    .filter((line) => !/^\s*(\(pass\)|✓)/.test(line))
    .join('\n')
    .slice(-20_000);
}
