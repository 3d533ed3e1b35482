import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { randomUUID } from 'node:crypto';
import type { PGlite, Transaction } from '@electric-sql/pglite';
import { migratedDatabase } from '@nexus/embedded/testing';
import { LISTENING_RIGHTS, seedListening } from '../listening/listening-rights.ts';
import {
  COLLECTION,
  FEED,
  TWIN,
  type Operation,
  OPERATIONS,
  RIGHTS as HOUSE_RIGHTS,
  WHO,
  type Who,
  type World,
} from './row-rights.ts';

const RIGHTS = { ...HOUSE_RIGHTS, ...LISTENING_RIGHTS };

const PRIVILEGE = '42501';
/** Rights are asked before constraints: whoever meets one of these was allowed in. */
const CONSTRAINTS = ['23502', '23503', '23505'];

let database: PGlite;
const users = Object.fromEntries([...WHO, 'bystander'].map((who) => [who, randomUUID()])) as Record<
  Who | 'bystander',
  string
>;
let world: Omit<World, 'self'>;

beforeAll(async () => {
  database = await migratedDatabase();
  world = await seed(database);
});
afterAll(() => database.close());

test('every table in public has row-level security and a line in the matrix', async () => {
  const { rows } = await database.query<{ name: string; secured: boolean }>(`
    select relname as name, relrowsecurity as secured from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by relname`);

  expect(rows.map(({ name }) => name)).toEqual(Object.keys(RIGHTS).sort());
  expect(rows.filter(({ secured }) => !secured)).toEqual([]);
});

test('no view in public passes by row-level security', async () => {
  const { rows } = await database.query<{ name: string }>(`
    select relname as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('v', 'm')
      and not coalesce('security_invoker=true' = any (reloptions), false)`);

  expect(rows).toEqual([]);
});

describe.each(Object.keys(RIGHTS))('%s', (table) => {
  test.each(OPERATIONS.flatMap((operation) => WHO.map((who) => [operation, who] as const)))(
    '%s as %s',
    async (operation, who) => {
      const allowed = RIGHTS[table]!.allowed[operation].includes(who);

      const possible = await attempt(table, operation, who);

      expect(possible).toBe(allowed);
    },
  );
});

/** Whether it had an effect; undone in any case. */
async function attempt(table: string, operation: Operation, who: Who): Promise<boolean> {
  let possible = false;
  await database.transaction(async (tx) => {
    try {
      await assume(tx, who);
      const { rows, affectedRows } = await tx.query(statement(table, operation, who));
      possible = operation === 'insert' ? affectedRows === 1 : rows.length > 0;
    } catch (error) {
      const code = (error as { code?: string }).code ?? '';
      if (code !== PRIVILEGE && !CONSTRAINTS.includes(code)) throw error;
      possible = CONSTRAINTS.includes(code);
    }
    await tx.rollback();
  });
  return possible;
}

async function assume(tx: Transaction, who: Who): Promise<void> {
  const role = who === 'nobody' ? 'anon' : 'authenticated';
  const claims = who === 'nobody' ? { role } : { role, sub: users[who] };
  await tx.query(`select set_config('role', $1, true), set_config('request.jwt.claims', $2, true)`, [
    role,
    JSON.stringify(claims),
  ]);
}

function statement(table: string, operation: Operation, who: Who): string {
  const { row, insert, update } = RIGHTS[table]!;
  const here: World = { ...world, self: `'${users[who]}'` };
  switch (operation) {
    case 'select':
      return `select 1 from public.${table} where ${row(here)}`;
    case 'insert': {
      const values = insert(here);
      const columns = Object.keys(values).join(', ');
      if (!columns) return `insert into public.${table} default values`;
      // Without `returning`, which would ask the policy for reading too.
      return `insert into public.${table} (${columns}) values (${Object.values(values).join(', ')})`;
    }
    case 'update':
      return `update public.${table} set ${update} where ${row(here)} returning 1`;
    case 'delete':
      return `delete from public.${table} where ${row(here)} returning 1`;
  }
}

async function seed(target: PGlite): Promise<Omit<World, 'self'>> {
  const a = randomUUID();
  const b = randomUUID();
  const item = randomUUID();
  const transcript = randomUUID();
  const speaker = randomUUID();
  const chunk = randomUUID();
  const chat = randomUUID();
  const message = randomUUID();
  const member = (org: string, user: string, role: string) => `('${org}', '${user}', '${role}', '${user}@example.com')`;
  await target.exec(`
    insert into public.orgs (id, name) values ('${a}', 'A'), ('${b}', 'B');
    insert into public.members (org_id, user_id, role, email) values
      ${member(a, users.owner, 'owner')}, ${member(a, users.admin, 'admin')}, ${member(a, users.member, 'member')},
      ${member(a, users.viewer, 'viewer')}, ${member(a, users.bystander, 'viewer')}, ${member(b, users.outsider, 'owner')};
    insert into public.invitations (org_id, role, token_hash, created_by, expires_at)
      values ('${a}', 'viewer', 'seeded', '${users.bystander}', now() + interval '1 day');
    insert into public.api_keys (org_id, name, prefix, hash, scopes, created_by)
      values ('${a}', 'key', 'nx_abcdef', 'seeded', '{archive:read}', '${users.bystander}');
    insert into public.credentials (org_id, kind, adapter, label, ciphertext, key_id) values ('${a}', 'model', 'gemini', 'Ours', 'x', 'x');
    insert into public.catalogue (kind, id, label) values ('model', 'seeded', 'Seeded');
    insert into public.usage_events (org_id, kind, quantity, unit, subject_kind, subject_id) values ('${a}', 'model', 1, 'tokens', 'item', '${item}');
    insert into public.audit_log (org_id, actor_kind, action, subject_kind, subject_id) values ('${a}', 'system', 'platform.test', 'org', '${a}');
    insert into public.idempotency_keys (actor_id, key, request_hash) values ('${users.owner}', 'seeded', 'x');
    insert into public.rate_limits (bucket, tokens, refilled_at) values ('seeded', 1, now());
    insert into public.items (id, org_id, source, title) values ('${item}', '${a}', 'text', 'Item');
    insert into public.item_links (org_id, link_key, item_id) values ('${a}', 'example.org/seeded', '${item}');
    insert into public.collections (id, org_id, name) values (${COLLECTION}, '${a}', 'Seeded');
    insert into public.collection_items (collection_id, item_id, org_id) values (${COLLECTION}, '${item}', '${a}');
    insert into public.upload_reservations (path, org_id, size_bytes) values ('${a}/uploads/seeded/file', '${a}', 1);
    insert into public.saved_searches (org_id, user_id, name, request) values ('${a}', '${users.owner}', 'Seeded', '{}');
    insert into public.item_steps (item_id, org_id, name, position) values ('${item}', '${a}', 'acquire', 0);
    insert into public.recordings (org_id, created_by, mime_type, name, max_seconds)
      values ('${a}', '${users.owner}', 'audio/webm', 'Seeded', 60);
    insert into public.feeds (id, org_id, url, cron) values (${FEED}, '${a}', 'https://pod.example/feed.xml', '0 * * * *');
    insert into public.feed_episodes (feed_id, guid, org_id, url) values (${FEED}, 'seeded', '${a}', 'https://pod.example/1.mp3');
    insert into public.transfers (id, org_id, kind) values (${FEED}, '${a}', 'import');
    insert into public.transfer_entries (transfer_id, key, org_id, title, item_id) values (${FEED}, 'seeded', '${a}', 'Seeded', '${item}');
    insert into public.item_texts (item_id, org_id, text) values ('${item}', '${a}', 'text');
    insert into public.transcripts (id, org_id, item_id, version, origin) values ('${transcript}', '${a}', '${item}', 1, 'document');
    insert into public.segments (transcript_id, position, org_id, item_id, text) values ('${transcript}', 0, '${a}', '${item}', 'text');
    insert into public.segment_corrections (org_id, item_id, transcript_id, position, original_text, text)
      values ('${a}', '${item}', '${transcript}', 0, 'text', 'Text');
    insert into public.items (id, org_id, source, title) values (${TWIN}, '${a}', 'text', 'Twin');
    insert into public.fingerprint_keys (item_id, org_id, keys) values ('${item}', '${a}', '{1}');
    insert into public.duplicate_pairs (org_id, first_id, second_id, relation, found_by) values ('${a}', ${TWIN}, '${item}', 'same', 'file');
    insert into public.fingerprints (item_id, org_id, algorithm, hashes, duration_seconds) values ('${item}', '${a}', 1, '\\x00', 1);
    insert into public.speakers (id, org_id, name) values ('${speaker}', '${a}', 'Ann');
    insert into public.item_speakers (item_id, org_id, label) values ('${item}', '${a}', 'Speaker 1');
    insert into public.speaker_voices (org_id, speaker_id, item_id, label, model, vector, seconds)
      values ('${a}', '${speaker}', '${item}', 'Speaker 1', 'seeded', '{1}', 9);
    insert into public.speech_settings (org_id) values ('${a}');
    insert into public.vocabulary (org_id, term) values ('${a}', 'Nexus');
    insert into public.transcript_runs (org_id, item_id, adapter, label, outcome, started_at, finished_at)
      values ('${a}', '${item}', 'seeded', 'Seeded', 'done', now(), now());
    insert into public.chunks (id, org_id, item_id, position, text, text_hash, lexemes, lexeme_count, segment_offsets, segment_positions)
      values ('${chunk}', '${a}', '${item}', 0, 'text', 'x', 'text:1', 1, '{0}', '{0}');
    insert into public.chats (id, org_id, user_id, title, shared) values ('${chat}', '${a}', '${users.bystander}', 'Chat', true);
    insert into public.messages (id, org_id, chat_id, position, role) values ('${message}', '${a}', '${chat}', 1, 'user');
    insert into public.citations (message_id, org_id, n, item_id, title, kind, passage, quote, checked)
      values ('${message}', '${a}', 1, '${item}', 'Item', 'text', 'text', 'text', 'quote');
    insert into public.embedding_indexes (org_id, embedder, adapter) values ('${a}', 'x', 'x');
    insert into public.chapters (item_id, position, org_id, start_seconds, end_seconds, title, origin)
      values ('${item}', 0, '${a}', 0, 1, 'Chapter', 'model');
    insert into public.insights (item_id, org_id, kind, position, text, origin)
      values ('${item}', '${a}', 'point', 0, 'A statement', 'model');
    insert into public.chunk_embeddings (chunk_id, org_id, embedder, embedding)
      values ('${chunk}', '${a}', 'x', array_fill(0.1, array[768])::extensions.vector);`);
  await target.exec(seedListening(a));
  const literal = (id: string) => `'${id}'`;
  return {
    org: literal(a),
    item: literal(item),
    transcript: literal(transcript),
    chunk: literal(chunk),
    bystander: literal(users.bystander),
    chat: literal(chat),
    message: literal(message),
  };
}
