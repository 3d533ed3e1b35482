import { NexusError, type Tx } from '@nexus/shared/platform';
import type { ConversationPage } from '../sources/search-source.ts';
import { replaced, type Wanted, without, type WorkingPlan, writePlan } from './conversation-plan.ts';
import { isConversationAffordable, mostForConversations } from './is-affordable.ts';
import type { OpenSource } from './source-io.ts';
import { problemOf } from './source-problem.ts';
import type { StageIo } from './stage.ts';
import { storePosts } from './store-posts.ts';

/** Of one conversation: 5,000 answers are about 250 of X's pages. */
const MOST_PAGES = 400;
const MOST_EMPTY_PAGES = 3;
const MOST_FAILURES = 3;
/** A conversation is not worth a longer wait; what was read of it stays. */
const MOST_WAIT_SECONDS = 3 * 3600;

/** The conversation under way, as it stands. */
export interface Reading {
  readonly plan: WorkingPlan;
  readonly wanted: Wanted;
  readonly externalId: string;
  readonly cursor: string | null;
  readonly pages: number;
}

/** Asks for one page and writes it with where to go on, in one transaction. Null when the conversation is over. */
export async function readConversationPage(
  io: StageIo,
  open: OpenSource,
  at: Reading,
  post: Parameters<NonNullable<OpenSource['source']['conversation']>>[0]['post'],
): Promise<Reading | null> {
  if (!isConversationAffordable(io.run, open.source)) {
    const detail = `Read until the run had cost $${mostForConversations(io.run, open.source)}; there may be more.`;
    await failReading(io, at, new NexusError('quota-exceeded', detail), 0);
    return null;
  }
  let page: ConversationPage;
  try {
    page = await open.source.conversation!({ post, cursor: at.cursor }, open.io);
  } catch (error) {
    if (io.signal.aborted) throw error;
    await failReading(io, at, problemOf(error, open.source, io), open.takeCost());
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

/** A conversation that cannot go on now waits; one that cannot go on at all is partial, and says why. */
export async function failReading(io: StageIo, at: Reading, problem: NexusError, costUsd: number): Promise<void> {
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
