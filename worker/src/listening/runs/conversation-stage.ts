import type { FoundPost } from '@nexus/shared/listening';
import { isProblem, NexusError, type Tx } from '@nexus/shared/platform';
import { sql } from 'kysely';
import type { ConversationPage } from '../sources/search-source.ts';
import { type Plan, planConversations, readPlan, type Wanted, writePlan } from './conversation-plan.ts';
import { type OpenSource, openSource, sourceOf } from './source-io.ts';
import type { Stage, StageIo, Wait } from './stage.ts';
import { storePosts } from './store-posts.ts';

/** Of one conversation: 5,000 answers are about 250 of X's pages. */
const MOST_PAGES = 400;
const PAGES_A_STEP = 10;
const MOST_EMPTY_PAGES = 3;
const MOST_FAILURES = 3;
/** A conversation is not worth a longer wait; what was read of it stays. */
const MOST_WAIT_SECONDS = 3 * 3600;

/**
 * Reads the whole conversation around each match that the rules kept, page by page: only one page is ever in memory. What fails makes
 * a conversation partial and says why; no run ends for it.
 */
export const conversationStage: Stage = {
  name: 'conversations',
  kinds: ['full', 'import'],

  async step(io) {
    const plan = await io.ports.db.transaction().execute((tx) => readPlan(tx, io.run));
    if (plan.wanted === null) {
      await makePlan(io);
      return 'more';
    }
    const now = io.ports.now().toISOString();
    const waits = plan.waits.filter(({ until }) => until > now);
    const next = plan.wanted.find(({ source }) => !waits.some((wait) => wait.source === source));
    if (next) {
      await readSome(io, { wanted: plan.wanted, waits }, next);
      return 'more';
    }
    const wait = waits.toSorted((a, b) => a.until.localeCompare(b.until))[0];
    return plan.wanted.length === 0 || !wait ? 'done' : ({ ...wait, until: new Date(wait.until) } satisfies Wait);
  },
};

async function makePlan(io: StageIo): Promise<void> {
  const able = io.run.spec.sources.filter(({ source }) => sourceOf(io.ports, source)?.conversation);
  await io.commit(async (tx) => {
    const { wanted, left } = await planConversations(
      tx,
      io.run,
      able.map(({ source }) => source),
    );
    await writePlan(tx, io.run, { wanted, waits: [] });
    return { counts: { conversations: wanted.length, conversationsLeft: left } };
  });
}

/** The conversation under way, as it stands. */
interface Reading {
  readonly plan: Plan & { wanted: Wanted[] };
  readonly wanted: Wanted;
  readonly externalId: string;
  readonly cursor: string | null;
  readonly pages: number;
}

async function readSome(io: StageIo, plan: Reading['plan'], wanted: Wanted): Promise<void> {
  const { rows } = await io.ports.db.transaction().execute((tx) =>
    sql<{
      external_id: string;
      cursor: string | null;
      pages: number;
      network: FoundPost['network'];
      post_external_id: string;
      url: string;
    }>`
      select c.external_id, c.cursor, c.pages, p.network, p.external_id as post_external_id, p.url
      from conversations c join posts p on p.id = ${wanted.postId} and p.org_id = c.org_id
      where c.id = ${wanted.conversationId} and c.org_id = ${io.run.orgId}`.execute(tx),
  );
  const [row] = rows;
  const spec = io.run.spec.sources.find(({ source }) => source === wanted.source);
  if (!row || !spec) return leave(io, plan, wanted);
  let at: Reading | null = { plan, wanted, externalId: row.external_id, cursor: row.cursor, pages: row.pages };
  try {
    await using open = await openSource(io.ports, spec, { orgId: io.run.orgId, runId: io.run.id, signal: io.signal });
    const post = {
      network: row.network,
      externalId: row.post_external_id,
      url: row.url,
      conversationExternalId: row.external_id,
    };
    for (let page = 0; at !== null && page < PAGES_A_STEP; page++) {
      io.signal.throwIfAborted();
      at = await readPage(io, open, at, post);
    }
  } catch (error) {
    if (io.signal.aborted || at === null || !isProblem(error)) throw error;
    await failReading(io, at, error, 0);
  }
}

async function readPage(
  io: StageIo,
  open: OpenSource,
  at: Reading,
  post: Parameters<NonNullable<OpenSource['source']['conversation']>>[0]['post'],
): Promise<Reading | null> {
  let page: ConversationPage;
  try {
    page = await open.source.conversation!({ post, cursor: at.cursor }, open.io);
  } catch (error) {
    if (io.signal.aborted || !isProblem(error)) throw error;
    await failReading(io, at, error, open.takeCost());
    return null;
  }
  return writePage(io, at, page, open.takeCost());
}

async function writePage(io: StageIo, at: Reading, page: ConversationPage, costUsd: number): Promise<Reading | null> {
  const { run, ports } = io;
  const now = ports.now();
  let after: Reading | null = null;
  await io.commit(async (tx) => {
    // Some sources name the conversation on no post of it.
    const posts = page.posts.map((post) => ({ ...post, conversationExternalId: at.externalId }));
    await storePosts(tx, run.orgId, [...(page.context ?? []), ...posts], now);
    await markMissing(tx, run.orgId, posts[0]?.network, page.missing, now);
    const pages = at.pages + 1;
    const wanted = {
      ...at.wanted,
      lastIds: posts.map(({ externalId }) => externalId),
      emptyPages: posts.length === 0 ? at.wanted.emptyPages + 1 : 0,
      failures: 0,
    };
    const end = endOf(page, at, wanted);
    await tx
      .updateTable('conversations')
      .set({
        state: end?.state ?? 'reading',
        cursor: end ? null : page.nextCursor,
        pages,
        problem: end?.problem ? JSON.stringify(end.problem) : null,
        ...(end && { read_at: now }),
      })
      .where('id', '=', at.wanted.conversationId)
      .where('org_id', '=', run.orgId)
      .execute();
    const plan = end ? without(at.plan, at.wanted) : replaced(at.plan, wanted);
    await writePlan(tx, run, plan);
    after = end ? null : { ...at, plan, wanted, cursor: page.nextCursor, pages };
    return { counts: { conversationPosts: posts.length, ...(end && { conversationsRead: 1 }) }, costUsd };
  });
  return after;
}

function endOf({ nextCursor }: ConversationPage, before: Reading, { lastIds, emptyPages }: Wanted) {
  if (nextCursor === null) return { state: 'complete', problem: null };
  const partial = (code: string, detail: string) => ({ state: 'partial', problem: { code, detail } });
  const isSame = lastIds.length > 0 && lastIds.join('\n') === before.wanted.lastIds.join('\n');
  if (nextCursor === before.cursor || isSame || emptyPages >= MOST_EMPTY_PAGES)
    return partial('stalled', 'The source gave nothing new any more without saying that this is all.');
  if (before.pages + 1 >= MOST_PAGES)
    return partial('limit', `Read up to the limit of ${MOST_PAGES} pages; there is more.`);
  return null;
}

/** A post that is known to be gone, and was here before, keeps what it said. */
async function markMissing(
  tx: Tx,
  orgId: string,
  network: string | undefined,
  missing: readonly string[],
  now: Date,
): Promise<void> {
  if (missing.length === 0 || network === undefined) return;
  await tx
    .updateTable('posts')
    .set({ deleted_at: now })
    .where('org_id', '=', orgId)
    .where('network', '=', network)
    .where('external_id', 'in', [...missing])
    .where('deleted_at', 'is', null)
    .execute();
}

async function failReading(io: StageIo, at: Reading, problem: NexusError, costUsd: number): Promise<void> {
  const { code, detail, retryAfterSeconds } = problem;
  const failures = at.wanted.failures + 1;
  const seconds = retryAfterSeconds ?? 2 ** failures;
  const mayWait = problem.mayRetry && failures <= MOST_FAILURES && seconds <= MOST_WAIT_SECONDS;
  await io.commit(async (tx) => {
    if (mayWait) {
      const until = new Date(io.ports.now().getTime() + seconds * 1000).toISOString();
      const plan = replaced(at.plan, { ...at.wanted, failures });
      await writePlan(tx, io.run, { ...plan, waits: [...plan.waits, { source: at.wanted.source, until, detail }] });
      return { costUsd };
    }
    // One that cannot be asked any more is not asked for each of the others.
    const isSourceOver = code !== 'upstream-refused' && code !== 'upstream-down';
    const isOver = (each: Wanted) =>
      each.conversationId === at.wanted.conversationId || (isSourceOver && each.source === at.wanted.source);
    const over = at.plan.wanted.filter(isOver);
    await tx
      .updateTable('conversations')
      .set((eb) => ({
        state: eb.case().when('pages', '>', 0).then('partial').else('failed').end(),
        problem: JSON.stringify({ code, detail }),
        read_at: io.ports.now(),
      }))
      .where('org_id', '=', io.run.orgId)
      .where(
        'id',
        'in',
        over.map(({ conversationId }) => conversationId),
      )
      .execute();
    await writePlan(tx, io.run, { ...at.plan, wanted: at.plan.wanted.filter((each) => !isOver(each)) });
    return { costUsd };
  });
}

async function leave(io: StageIo, plan: Reading['plan'], wanted: Wanted): Promise<void> {
  await io.commit(async (tx) => {
    await writePlan(tx, io.run, without(plan, wanted));
    return {};
  });
}

const without = (plan: Reading['plan'], { conversationId }: Wanted): Reading['plan'] => ({
  ...plan,
  wanted: plan.wanted.filter((each) => each.conversationId !== conversationId),
});
const replaced = (plan: Reading['plan'], wanted: Wanted): Reading['plan'] => ({
  ...plan,
  wanted: plan.wanted.map((each) => (each.conversationId === wanted.conversationId ? wanted : each)),
});
