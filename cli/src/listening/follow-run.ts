import { Run } from '@nexus/shared/listening';
import type { ApiClient } from '../platform/api-client.ts';

const POLL_MS = 500;

/** Tells on standard error how a run goes, a line for each change, and answers how it ended. */
export async function followRun(client: ApiClient, runId: string): Promise<Run> {
  let said = '';
  for (;;) {
    const run = await client.request('GET', `/runs/${runId}`, Run);
    const line = progressOf(run);
    if (line !== said) process.stderr.write(`${line}\n`);
    said = line;
    if (run.finishedAt !== null) return run;
    await Bun.sleep(POLL_MS);
  }
}

/** What a run is doing, or why it ended, in one line. */
export function progressOf(run: Run): string {
  const { counts } = run;
  const underWay = `${run.stage}: ${run.isCanceling ? 'canceling' : run.state}`;
  const state = run.finishedAt === null ? underWay : (run.endReason ?? run.state);
  const done = [
    `${counts.found} found`,
    counts.fresh > 0 && `${counts.fresh} new`,
    counts.dropped > 0 && `${counts.dropped} put aside`,
    counts.conversations > 0 && `${counts.conversationsRead}/${counts.conversations} conversations`,
    counts.toJudge > 0 && `${counts.scored}/${counts.toJudge} judged`,
    counts.opportunities > 0 && `${counts.opportunities} opportunities`,
    run.costUsd > 0 && `$${run.costUsd.toFixed(2)}`,
  ];
  const words = run.wait ? `${run.wait.detail} (${run.wait.source} until ${run.wait.until})` : run.problem?.detail;
  const parts = [state, done.filter(Boolean).join(', '), words];
  return parts
    .filter(Boolean)
    .join(' · ')
    .replaceAll(/\p{Cc}+/gu, ' ');
}
