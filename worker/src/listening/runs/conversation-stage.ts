import type { FoundPost } from '@nexus/shared/listening';
import { isProblem } from '@nexus/shared/platform';
import { sql } from 'kysely';
import { failReading, type Reading, readConversationPage } from './conversation-page.ts';
import { planConversations, readPlan, type Wanted, without, type WorkingPlan, writePlan } from './conversation-plan.ts';
import { openSource, sourceOf } from './source-io.ts';
import type { Stage, StageIo, Wait } from './stage.ts';

const PAGES_A_STEP = 10;

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

async function readSome(io: StageIo, plan: WorkingPlan, wanted: Wanted): Promise<void> {
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
      at = await readConversationPage(io, open, at, post);
    }
  } catch (error) {
    if (io.signal.aborted || at === null || !isProblem(error)) throw error;
    await failReading(io, at, error, 0);
  }
}

async function leave(io: StageIo, plan: WorkingPlan, wanted: Wanted): Promise<void> {
  await io.commit(async (tx) => {
    await writePlan(tx, io.run, without(plan, wanted));
    return {};
  });
}
