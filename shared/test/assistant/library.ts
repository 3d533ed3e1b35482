import { kyselyOnPglite, kyselyOnPostgres, migratedDatabase, nativePostgres } from '@nexus/embedded/testing';
import type { Kysely } from 'kysely';
import { type Actor, type Context, databaseAs, type DB, ROLE_SCOPES } from '../../src/platform/index.ts';

type AssistantContext = Pick<Context, 'orgId' | 'actor' | 'db' | 'log'> & { logged: object[] };

/** A database for one file of tests, in which each test founds its own organisation. */
export interface Library extends AsyncDisposable {
  readonly kysely: Kysely<DB>;
  foundOrg(): Promise<Organisation>;
}

export interface Organisation {
  readonly orgId: string;
  /** Writes as the worker does. */
  readonly worker: AssistantContext;
  /** Reads as a signed-in member does. */
  readonly member: AssistantContext;
  addItem(item: NewItem): Promise<string>;
  /** A further version of an item's words. */
  addTranscript(itemId: string, segments: readonly NewSegment[]): Promise<void>;
}

export interface NewItem {
  title: string;
  language?: string | null;
  kind?: 'audio' | 'video' | 'text' | 'pdf';
  segments: readonly NewSegment[];
}

/** With `at` a cue of five seconds, without it a paragraph. */
export interface NewSegment {
  text: string;
  at?: number;
  speaker?: string;
  kind?: 'heading' | 'paragraph';
}

export async function openLibrary(): Promise<Library> {
  const database = await migratedDatabase();
  const kysely = kyselyOnPglite<DB>(database);
  return {
    kysely,
    foundOrg: () => foundOrg(kysely),
    [Symbol.asyncDispose]: () => database.close(),
  };
}

/** The same on a native Postgres with several connections, without pgvector. */
export async function openNativeLibrary(): Promise<Library> {
  const server = await nativePostgres();
  const kysely = kyselyOnPostgres<DB>(server.url, 4);
  return {
    kysely,
    foundOrg: () => foundOrg(kysely),
    async [Symbol.asyncDispose]() {
      await kysely.destroy();
      await server.stop();
    },
  };
}

async function foundOrg(kysely: Kysely<DB>): Promise<Organisation> {
  const [orgId, userId] = [crypto.randomUUID(), crypto.randomUUID()];
  await kysely.insertInto('orgs').values({ id: orgId, name: 'Test' }).execute();
  await kysely
    .insertInto('members')
    .values({ org_id: orgId, user_id: userId, role: 'viewer', email: 'a@b.c' })
    .execute();
  const context = (actor: Actor, db: Context['db']): AssistantContext => {
    const logged: object[] = [];
    return { orgId, actor, db, log: { set: (fields) => void logged.push(fields) }, logged };
  };
  const worker = context(
    { kind: 'system', userId: null, keyId: null, role: 'system', scopes: new Set() },
    databaseAs(kysely, { role: 'service_role' }),
  );
  const organisation: Organisation = {
    orgId,
    worker,
    member: context(
      { kind: 'user', userId, keyId: null, role: 'viewer', scopes: ROLE_SCOPES.viewer },
      databaseAs(kysely, { role: 'authenticated', sub: userId }),
    ),
    async addItem({ title, language = 'en', kind = 'text', segments }) {
      const { id } = await kysely
        .insertInto('items')
        .values({ org_id: orgId, kind, source: 'text', status: 'ready', title, language })
        .returning('id')
        .executeTakeFirstOrThrow();
      await organisation.addTranscript(id, segments);
      return id;
    },
    async addTranscript(itemId, segments) {
      const { version } = await kysely
        .selectFrom('transcripts')
        .select((eb) => eb.fn.countAll<number>().as('version'))
        .where('item_id', '=', itemId)
        .executeTakeFirstOrThrow();
      const { id } = await kysely
        .insertInto('transcripts')
        .values({ org_id: orgId, item_id: itemId, version: Number(version) + 1, origin: 'document' })
        .returning('id')
        .executeTakeFirstOrThrow();
      if (segments.length === 0) return;
      const rows = segments.map(({ text, at, speaker, kind }, position) => ({
        transcript_id: id,
        position,
        org_id: orgId,
        item_id: itemId,
        kind: kind ?? (at === undefined ? 'paragraph' : 'speech'),
        text,
        speaker: speaker ?? null,
        start_seconds: at ?? null,
        end_seconds: at === undefined ? null : at + 5,
      }));
      await kysely.insertInto('segments').values(rows).execute();
    },
  };
  return organisation;
}
