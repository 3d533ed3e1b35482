import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startNexus } from '../cli/test/running/start-nexus.ts';
import { ensureChromium } from './ensure-chromium.ts';
import { capture, type Group } from './run-groups.ts';

const root = join(import.meta.dir, '..');

interface Report {
  stats: { expected: number; unexpected: number; flaky: number; skipped: number };
}

/** The whole product in a real Chromium, counted by Playwright's own report. */
export const browserTests: Group = {
  name: 'browser tests',
  async run() {
    const chromium = await ensureChromium();
    if (!chromium)
      return {
        passed: 0,
        failed: 0,
        skipped: 1,
        note: 'Skipped: no Chromium. Install it with: apt-get install chromium',
      };
    const directory = await mkdtemp(join(tmpdir(), 'nexus-playwright-'));
    const report = join(directory, 'report.json');
    // A test that serves a feed does so here.
    const feedPort = await freePort();
    // One that is Slack, here.
    const slackPort = await freePort();
    await using nexus = await startNexus({
      environment: {
        NEXUS_RATE_LIMIT_PER_SECOND: '500',
        NEXUS_RECORDING_ABANDONED_SECONDS: '8',
        NEXUS_FETCH_ALLOW: `127.0.0.1:${feedPort},127.0.0.1:${slackPort}`,
      },
    });
    try {
      const { exitCode, output } = await capture(
        [process.execPath, '--bun', join(root, 'node_modules/.bin/playwright'), 'test', '--reporter=line,json'],
        {
          cwd: join(root, 'web'),
          env: {
            PLAYWRIGHT_JSON_OUTPUT_NAME: report,
            NEXUS_CHROMIUM: chromium,
            NEXUS_E2E_URL: nexus.url,
            NEXUS_E2E_HOME: nexus.home,
            NEXUS_E2E_FEED_PORT: String(feedPort),
            NEXUS_E2E_SLACK_PORT: String(slackPort),
          },
        },
      );
      if (!(await Bun.file(report).exists())) return { passed: 0, failed: 1, output };
      const { stats } = (await Bun.file(report).json()) as Report;
      const failed = stats.unexpected + (exitCode !== 0 && stats.unexpected === 0 ? 1 : 0);
      const text = output.slice(-20_000);
      return {
        passed: stats.expected + stats.flaky,
        failed,
        skipped: stats.skipped,
        output: text,
        note: stats.flaky > 0 ? `Flaky: ${stats.flaky} failed and passed when run again\n${text}` : '',
      };
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  },
};
