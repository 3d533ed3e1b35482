import { kyselyOnPglite, migratedDatabase } from '@nexus/embedded/testing';
import {
  type Context,
  createVault,
  type Database,
  databaseAs,
  type DB,
  type OrgRole,
  ROLE_SCOPES,
} from '@nexus/shared/platform';
import type { Kysely } from 'kysely';

export interface DraftPost {
  text?: string;
  /** Handle of its author; by default everybody is somebody else. */
  by?: string;
  followers?: number;
  foldKey?: string;
  postedAt?: Date;
  deletedAt?: Date;
  likes?: number;
  /** Another post's id: same conversation, in answer to it. */
  answers?: string;
}

export interface DraftAnalysis {
  relevance?: number;
  urgency?: number;
  intent?: string;
  deadline?: Date;
}

/** An organisation whose campaign judged posts, in a database of its own. Rows as the earlier stages leave them. */
export async function judgedWorld() {
  const database = await migratedDatabase();
  const kysely = kyselyOnPglite<DB>(database);
  const service = databaseAs(kysely, { role: 'service_role' });
  const sent: { job: string; payload: unknown }[] = [];
  return {
    database,
    kysely,
    service,
    /** What was queued. */
    sent,
    org: (options: { ownHandles?: string[]; threshold?: number } = {}) => organisation(kysely, service, sent, options),
    close: () => database.close(),
  };
}

export type JudgedOrg = Awaited<ReturnType<typeof organisation>>;

async function organisation(
  kysely: Kysely<DB>,
  service: Database,
  sent: { job: string; payload: unknown }[],
  { ownHandles = ['nexus'], threshold = 60 }: { ownHandles?: string[]; threshold?: number },
) {
  const orgId = crypto.randomUUID();
  await kysely.insertInto('orgs').values({ id: orgId, name: 'Test' }).execute();

  async function person(role: OrgRole): Promise<Context> {
    const userId = crypto.randomUUID();
    await kysely
      .insertInto('members')
      .values({ org_id: orgId, user_id: userId, role, email: `${role}-${userId}@example.org` })
      .execute();
    return {
      orgId,
      actor: { kind: 'user', userId, keyId: null, role, scopes: ROLE_SCOPES[role] },
      db: databaseAs(kysely, { role: 'authenticated', sub: userId }),
      queue: {
        async send(job, payload) {
          sent.push({ job: job.name, payload });
          return 'queued';
        },
      },
      // No verb of opportunities stores files.
      storage: undefined as unknown as Context['storage'],
      vault: createVault(Buffer.alloc(32, 7).toString('base64')),
      log: { set: () => undefined },
      now: () => new Date(),
    };
  }

  async function campaign(name = 'Ferries') {
    const { id } = await kysely
      .insertInto('campaigns')
      .values({ org_id: orgId, name, query: '{}', sources: '[]', brief: JSON.stringify({ ownHandles }), threshold })
      .returning('id')
      .executeTakeFirstOrThrow();
    return id;
  }

  async function run(campaignId: string) {
    const { id } = await kysely
      .insertInto('runs')
      .values({ org_id: orgId, campaign_id: campaignId, spec: '{}', state: 'done' })
      .returning('id')
      .executeTakeFirstOrThrow();
    return id;
  }

  let number = 0;
  async function author(handle: string, followers = 100) {
    const row = { org_id: orgId, network: 'x', external_id: `author-${handle}`, handle, name: handle, followers };
    const { id } = await kysely
      .insertInto('authors')
      .values(row)
      .onConflict((conflict) => conflict.columns(['org_id', 'network', 'external_id']).doUpdateSet({ followers }))
      .returning('id')
      .executeTakeFirstOrThrow();
    return id;
  }

  async function post(draft: DraftPost = {}) {
    const externalId = String(1000 + number++);
    const answered = draft.answers
      ? await kysely.selectFrom('posts').selectAll().where('id', '=', draft.answers).executeTakeFirstOrThrow()
      : null;
    const conversation = answered?.conversation_id ?? (await openConversation(externalId));
    const { id } = await kysely
      .insertInto('posts')
      .values({
        org_id: orgId,
        network: 'x',
        external_id: externalId,
        url: `https://x.com/i/status/${externalId}`,
        text: draft.text ?? `Does the ferry number ${number} still go on Sundays?`,
        author_id: await author(draft.by ?? `person${number}`, draft.followers),
        conversation_id: conversation,
        reply_to_external_id: answered?.external_id ?? null,
        posted_at: draft.postedAt ?? new Date(),
        deleted_at: draft.deletedAt ?? null,
        fold_key: draft.foldKey ?? null,
        likes: draft.likes ?? 0,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    return id;
  }

  const openConversation = async (externalId: string) =>
    (
      await kysely
        .insertInto('conversations')
        .values({ org_id: orgId, network: 'x', external_id: externalId, state: 'complete' })
        .returning('id')
        .executeTakeFirstOrThrow()
    ).id;

  /** A post that a run met and judged. */
  async function judge(
    at: { runId: string; campaignId: string },
    postId: string,
    { relevance = 80, urgency = 40, intent = 'question', deadline }: DraftAnalysis = {},
  ) {
    const ids = { org_id: orgId, campaign_id: at.campaignId, post_id: postId, run_id: at.runId };
    await kysely
      .insertInto('matches')
      .values({ ...ids, source: 'x', state: 'read' })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const judged = { relevance, urgency, intent, deadline: deadline ?? null };
    await kysely
      .insertInto('analyses')
      .values({ ...ids, ...judged, depth: 'read', reason: 'Asks about ferries', sentiment: 0, judged_by: 'offline' })
      .onConflict((conflict) =>
        conflict.columns(['campaign_id', 'post_id']).doUpdateSet({ ...judged, run_id: at.runId }),
      )
      .execute();
  }

  return { orgId, service, person, campaign, run, author, post, judge, threshold, ownHandles };
}
