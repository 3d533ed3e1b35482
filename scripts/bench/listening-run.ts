/** One run of 10,000 posts from the loopback X through five accounts, in a process of its own. */
import { createRun } from '@nexus/shared/listening';
import { startRunChild } from '../../worker/test/listening/runs/start-run-child.ts';
import { runScale } from '../../worker/test/listening/runs/run-scale.ts';
import { makePosts } from '../../worker/test/loopback/x-posts.ts';
import type { Figure } from './figure.ts';
import { figure } from './part.ts';

const POSTS = Number(process.env.NEXUS_BENCH_POSTS ?? 10_000);
const ACCOUNTS = 5;
/** X's own are 50 requests in 15 minutes: here as many in seconds, or a measurement would take half an hour. */
const WINDOW = { requests: 50, seconds: 15 };

export async function measureListeningRun(): Promise<readonly Figure[]> {
  const posts = makePosts(POSTS, { quoteEvery: 4 });
  await using scale = await runScale({ accounts: ACCOUNTS, x: { posts, window: WINDOW } });
  const { id } = await createRun(scale.ctx, {
    kind: 'search',
    ...scale.searched,
    maxPosts: POSTS,
    keepRaw: false,
  });
  const child = startRunChild({ ...scale.environment, ORG_ID: scale.ctx.orgId, RUN_ID: id });
  await child.loaded;
  child.begin();
  const ended = await child.ended;
  const run = await scale.run(id);
  if (!ended || run.end_reason !== 'complete') throw new Error(`The run ended as ${run.end_reason}`);

  const requests = scale.server.calls.length;
  const waited = ended.waitedMs / 1000;
  const note = `${POSTS} posts, ${requests} requests to the loopback X, ${ACCOUNTS} accounts of ${WINDOW.requests} requests in ${WINDOW.seconds} s each; native Postgres 17`;
  return [
    figure(
      'listening-run-beyond-limits',
      ended.seconds - waited,
      's',
      POSTS,
      `${note}; it waited ${waited.toFixed(1)} s for windows on top`,
      1,
    ),
    figure(
      'listening-run-round-trips',
      ended.roundTrips / POSTS,
      'per post',
      POSTS,
      `${note}; accounts, leases and counts among them`,
      2,
    ),
    figure('listening-run-peak-memory', ended.peakBytes / 1e6, 'MB', 1, `${note}; of the whole process`, 0),
  ];
}
