import {
  batchesOf,
  type JudgedPost,
  judgeOffline,
  type JudgingTask,
  readExamples,
  readPost,
  scorePosts,
} from '@nexus/shared/listening';
import { inParallel, NO_USAGE } from '@nexus/shared/assistant';
import type { Stage, StageIo } from '../runs/stage.ts';
import { adoptLeftovers } from './adopt-leftovers.ts';
import { aroundPost } from './around-post.ts';
import { byPreference, type Judges, judgesOf } from './judges.ts';
import { postsToJudge } from './posts-to-judge.ts';
import { nextToRead, nextToScore, untold } from './remaining-work.ts';
import { storeJudgements } from './store-judgements.ts';

/** Requests in the air at once: services count requests a minute, and a laptop answers one at a time anyway. */
const AT_ONCE = 3;
const POSTS_A_STEP = 60;
const POSTS_A_STEP_OFFLINE = 200;

/**
 * Scores what the rules left, in batches, then reads the few that matter in full: by the first connected model that answers, else
 * offline. What is left to do is read from the matches each time. Ends early when the run's money is spent; what is left is judged
 * by the campaign's next run.
 */
export const judgeStage: Stage = {
  name: 'judge',
  kinds: ['full', 'import'],

  async step(io) {
    const { campaignId } = io.run;
    if (campaignId === null) return 'done';
    if (await adoptLeftovers(io, campaignId)) return 'more';
    await tellHowMany(io);
    const judges = await judgesOf(io.ports, io.run);
    const posts = await load(io, (tx) =>
      nextToScore(tx, io.run, judges.models.length > 0 ? POSTS_A_STEP : POSTS_A_STEP_OFFLINE),
    );
    if (posts.length > 0) return (await score(io, judges, posts)) ? 'more' : 'done';
    if (judges.models.length === 0) return 'done';
    const worthy = await load(io, (tx) => nextToRead(tx, io.run, { most: AT_ONCE, except: judges.unreadable }));
    if (worthy.length === 0) return 'done';
    return (await read(io, judges, worthy)) ? 'more' : 'done';
  },
};

/** Whether there was money for all of it. */
async function score(io: StageIo, judges: Judges, posts: readonly JudgedPost[]): Promise<boolean> {
  const task = await taskOf(io);
  const [first] = judges.models;
  const batches = first ? batchesOf(posts, first.inputCharacters) : [[...posts]];
  const commit = inTurn(io.commit);
  let isSpent = false;
  await inParallel(batches, AT_ONCE, io.signal, async (batch, _index, signal) => {
    const scored = await byPreference(judges, { isFinal: true }, async (model) => {
      if ((isSpent ||= hasSpent(io))) return 'spent' as const;
      return { ...(await scorePosts(model, task, batch, signal)), model };
    });
    if (scored === 'spent') return;
    const judged = scored ?? {
      judgements: batch.map((post) => judgeOffline(task, post, judges.why)),
      calls: 0,
      usage: NO_USAGE,
      model: null,
    };
    await commit((tx) => storeJudgements(tx, io.run, judged, { model: judged.model, now: io.ports.now() }));
  });
  return !isSpent;
}

/** Whether there was money for all of it. */
async function read(io: StageIo, judges: Judges, posts: readonly JudgedPost[]): Promise<boolean> {
  const task = await taskOf(io);
  const commit = inTurn(io.commit);
  let isSpent = false;
  await inParallel(posts, AT_ONCE, io.signal, async (post, _index, signal) => {
    const around = await aroundPost(io, post);
    const judged = await byPreference(judges, { isFinal: false }, async (model) => {
      if ((isSpent ||= hasSpent(io))) return 'spent' as const;
      return { ...(await readPost(model, task, post, around, signal)), model };
    });
    if (judged === 'spent') return;
    if (judged) await commit((tx) => storeJudgements(tx, io.run, judged, { model: judged.model, now: io.ports.now() }));
    else judges.unreadable.add(post.id);
  });
  return !isSpent;
}

const hasSpent = ({ run: { spec, costUsd } }: StageIo): boolean =>
  spec.maxCostUsd !== null && costUsd >= spec.maxCostUsd;

async function taskOf({ ports, run }: StageIo): Promise<JudgingTask> {
  const examples = await ports.db.transaction().execute((tx) => readExamples(tx, run.orgId, run.campaignId!));
  return { query: run.spec.query, brief: run.spec.brief, examples, now: ports.now() };
}

/** Requests are answered at once, and a run's counts are written one unit after the other. */
function inTurn(commit: StageIo['commit']): StageIo['commit'] {
  let last: Promise<void> = Promise.resolve();
  return (write) => (last = last.then(() => commit(write)));
}

async function load(
  { ports, run }: StageIo,
  next: (tx: Parameters<typeof postsToJudge>[0]) => Promise<string[]>,
): Promise<JudgedPost[]> {
  return ports.db.transaction().execute(async (tx) => postsToJudge(tx, run.orgId, await next(tx)));
}

/** How many there are is told once, with the first of them: nothing is added while this stage is at work. */
async function tellHowMany(io: StageIo): Promise<void> {
  if ((await io.ports.db.transaction().execute((tx) => untold(tx, io.run))) === 0) return;
  await io.commit(async (tx) => ({ counts: { toJudge: await untold(tx, io.run) } }));
}
