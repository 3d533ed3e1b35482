import { kyselyOnPglite, migratedDatabase } from '@nexus/embedded/testing';
import { type Context, databaseAs, type DB, ROLE_SCOPES } from '@nexus/shared/platform';

/** What index and search need of a context, for an organisation of its own in a database of its own. */
export interface BenchContext extends AsyncDisposable {
  /** Writes as the worker does. */
  readonly ctx: Pick<Context, 'orgId' | 'actor' | 'db' | 'log'>;
  /** Reads as a signed-in owner does, under row-level security. */
  readonly member: Pick<Context, 'orgId' | 'actor' | 'db' | 'log'>;
}

export async function benchContext(): Promise<BenchContext> {
  const database = await migratedDatabase();
  const kysely = kyselyOnPglite<DB>(database);
  const orgId = crypto.randomUUID();
  const userId = crypto.randomUUID();
  await kysely.insertInto('orgs').values({ id: orgId, name: 'Bench' }).execute();
  await kysely
    .insertInto('members')
    .values({ org_id: orgId, user_id: userId, role: 'owner', email: 'bench@localhost' })
    .execute();
  const log = { set: () => undefined };
  return {
    ctx: {
      orgId,
      actor: { kind: 'system', userId: null, keyId: null, role: 'system', scopes: new Set() },
      db: databaseAs(kysely, { role: 'service_role' }),
      log,
    },
    member: {
      orgId,
      actor: { kind: 'user', userId, keyId: null, role: 'owner', scopes: ROLE_SCOPES.owner },
      db: databaseAs(kysely, { role: 'authenticated', sub: userId }),
      log,
    },
    [Symbol.asyncDispose]: () => database.close(),
  };
}

/** An item with one transcript, as the archive stores a text. Returns its id. */
export async function insertTextItem(
  ctx: Pick<Context, 'orgId' | 'db'>,
  text: { title: string; language: string | null; paragraphs: readonly string[] },
): Promise<string> {
  return ctx.db.transaction().execute(async (tx) => {
    const item = await tx
      .insertInto('items')
      .values({
        org_id: ctx.orgId,
        kind: 'text',
        source: 'text',
        status: 'ready',
        title: text.title.slice(0, 500) || 'Untitled',
        language: text.language,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const transcript = await tx
      .insertInto('transcripts')
      .values({ org_id: ctx.orgId, item_id: item.id, version: 1, origin: 'document' })
      .returning('id')
      .executeTakeFirstOrThrow();
    if (text.paragraphs.length === 0) return item.id;
    await tx
      .insertInto('segments')
      .values(
        text.paragraphs.map((paragraph, position) => ({
          transcript_id: transcript.id,
          position,
          org_id: ctx.orgId,
          item_id: item.id,
          kind: 'paragraph',
          text: paragraph,
        })),
      )
      .execute();
    return item.id;
  });
}
