/** A run whose worker is killed again and again: posts, matches and opportunities that are lost or there twice. */
import { createRun } from '@nexus/shared/listening';
import { sql } from 'kysely';
import { startRunChild } from '../../worker/test/listening/runs/start-run-child.ts';
import { runScale } from '../../worker/test/listening/runs/run-scale.ts';
import { makePosts } from '../../worker/test/loopback/x-posts.ts';
import { QUICK_PROTOCOL } from '../../worker/test/loopback/x-world.ts';
import type { Figure } from './figure.ts';
import { figure } from './part.ts';

const KILLS = 50;
const POSTS = 1500;
/** From a process's first line on. A page takes a few milliseconds; the longer ones let a run come to its later stages. */
const LATEST_KILL_MS = [400, 400, 3_000];

type Scale = Awaited<ReturnType<typeof runScale>>;

export async function measureListeningKill(): Promise<readonly Figure[]> {
  const posts = makePosts(POSTS, { quoteEvery: 0, longEvery: 0 });
  const x = { posts, window: { requests: 1_000_000, seconds: 900 }, hasNoise: false };
  await using scale = await runScale({ accounts: 5, x, protocol: QUICK_PROTOCOL });
  const campaignIds: string[] = [];
  const killedIn: string[] = [];
  while (killedIn.length < KILLS) {
    const campaignId = await scale.campaign(POSTS * 2);
    campaignIds.push(campaignId);
    killedIn.push(...(await runKilled(scale, campaignId, KILLS - killedIn.length)));
  }

  const standing = await readStanding(scale);
  const note = `${KILLS} processes killed with SIGKILL within ${LATEST_KILL_MS.join(', ')} ms of their work in turn, over ${campaignIds.length} run(s) of ${POSTS} posts through all stages (killed in ${tally(killedIn)}); native Postgres 17, loopback X with 5 accounts; leases were let run out at once instead of after a minute`;
  const expected = POSTS * campaignIds.length;
  return [
    figure(
      'listening-kill-posts-lost',
      POSTS - standing.posts + (expected - standing.matches),
      'posts',
      KILLS,
      note,
      0,
    ),
    figure(
      'listening-kill-posts-double',
      standing.counted - expected + (standing.listed - expected),
      'posts',
      KILLS,
      'beyond once per run, in its list and in its counts',
      0,
    ),
    figure(
      'listening-kill-opportunities-double',
      standing.opportunitiesCounted - standing.opportunities,
      'opportunities',
      KILLS,
      `${standing.opportunities} opportunities; counted more often than they are there`,
      0,
    ),
  ];
}

/** Answers in which stage its process was killed each time before the run was over. */
async function runKilled(scale: Scale, campaignId: string, most: number): Promise<string[]> {
  const killedIn: string[] = [];
  const { id } = await createRun(scale.ctx, { kind: 'full', campaignId });
  const start = () => startRunChild({ ...scale.environment, ORG_ID: scale.ctx.orgId, RUN_ID: id });
  let next = start();
  for (;;) {
    const child = next;
    await child.loaded;
    child.begin();
    // The next one loads meanwhile.
    next = start();
    if (killedIn.length < most)
      await Bun.sleep(Math.random() * LATEST_KILL_MS[killedIn.length % LATEST_KILL_MS.length]!);
    else await child.ended;
    await child.kill();
    await scale.letLeasesRunOut();
    const { stage, finished_at } = await scale.run(id);
    if (finished_at === null) {
      killedIn.push(stage);
      continue;
    }
    await next.kill();
    return killedIn;
  }
}

function tally(stages: readonly string[]): string {
  return [...new Set(stages)].map((name) => `${name} ${stages.filter((each) => each === name).length}`).join(', ');
}

async function readStanding({ kysely }: Scale) {
  const { rows } = await sql<{
    posts: number;
    matches: number;
    listed: number;
    counted: number;
    opportunities: number;
    opportunitiesCounted: number;
  }>`
    select (select count(*)::int from posts) as posts, (select count(*)::int from matches) as matches,
      (select count(*)::int from run_posts) as listed,
      (select coalesce(sum((counts ->> 'found')::int), 0)::int from runs) as counted,
      (select count(*)::int from opportunities) as opportunities,
      (select coalesce(sum((counts ->> 'opportunities')::int), 0)::int from runs) as "opportunitiesCounted"`.execute(
    kysely,
  );
  return rows[0]!;
}
