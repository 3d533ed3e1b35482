import { afterAll, beforeAll, expect, test } from 'bun:test';
import { randomUUID } from 'node:crypto';
import type { PGlite } from '@electric-sql/pglite';
import { migratedDatabase } from '@nexus/embedded/testing';

let database: PGlite;
const [org, chat, message] = [randomUUID(), randomUUID(), randomUUID()];
const users = { author: randomUUID(), owner: randomUUID(), member: randomUUID(), viewer: randomUUID() };
type Who = keyof typeof users;

beforeAll(async () => {
  database = await migratedDatabase();
  const member = (who: Who, role: string) => `('${org}', '${users[who]}', '${role}', '${who}@example.com')`;
  await database.exec(`
    insert into public.orgs (id, name) values ('${org}', 'A');
    insert into public.members (org_id, user_id, role, email) values
      ${member('author', 'member')}, ${member('owner', 'owner')}, ${member('member', 'member')}, ${member('viewer', 'viewer')};
    insert into public.chats (id, org_id, user_id, title) values ('${chat}', '${org}', '${users.author}', 'Private');
    insert into public.messages (id, org_id, chat_id, position, role) values ('${message}', '${org}', '${chat}', 1, 'user');
    insert into public.citations (message_id, org_id, n, title, kind, passage, quote, checked)
      values ('${message}', '${org}', 1, 'Item', 'text', 'text', 'text', 'quote');`);
}, 60_000);
afterAll(() => database.close());

/** How many rows a statement meets as this person; undone. Null when it is refused. */
async function count(who: Who, statement: string): Promise<number | null> {
  let found: number | null = null;
  await database.transaction(async (tx) => {
    const claims = JSON.stringify({ role: 'authenticated', sub: users[who] });
    await tx.query(`select set_config('role', 'authenticated', true), set_config('request.jwt.claims', $1, true)`, [
      claims,
    ]);
    try {
      found = (await tx.query(statement)).rows.length;
    } catch (error) {
      if ((error as { code?: string }).code !== '42501') throw error;
    }
    await tx.rollback();
  });
  return found;
}

const STATEMENTS = {
  'reads the chat': `select 1 from public.chats where id = '${chat}'`,
  'reads its messages': `select 1 from public.messages where chat_id = '${chat}'`,
  'reads its citations': `select 1 from public.citations where message_id = '${message}'`,
  'shares the chat': `update public.chats set shared = true where id = '${chat}' returning 1`,
  'changes a message': `update public.messages set text = 'x' where chat_id = '${chat}' returning 1`,
  'deletes the chat': `delete from public.chats where id = '${chat}' returning 1`,
};

test.each(Object.entries(STATEMENTS))(
  'whose chat it is %s, and nobody else does while it is not shared',
  async (_, statement) => {
    const met: Record<string, number | null> = {};
    for (const who of Object.keys(users) as Who[]) met[who] = await count(who, statement);

    expect(met).toEqual({ author: 1, owner: 0, member: 0, viewer: 0 });
  },
);

test('nobody writes into a chat of another, or begins one in another name', async () => {
  const into = `insert into public.messages (org_id, chat_id, position, role) values ('${org}', '${chat}', 2, 'user')`;
  const named = `insert into public.chats (org_id, user_id, title) values ('${org}', '${users.author}', 'Forged')`;

  expect(await count('owner', into)).toBeNull();
  expect(await count('owner', named)).toBeNull();
  expect(await count('author', into)).toBe(0);
});

test('a chat cannot change hands', async () => {
  expect(await count('author', `update public.chats set user_id = '${users.owner}' where id = '${chat}'`)).toBeNull();
});

test('usage is counted for one’s own answers alone, and only once', async () => {
  await database.exec(`update public.messages set input_tokens = 5, output_tokens = 5 where id = '${message}'`);
  const counted = async () => (await database.query(`select 1 from public.usage_events`)).rows.length;
  const countAs = async (who: Who) => {
    await database.transaction(async (tx) => {
      const claims = JSON.stringify({ role: 'authenticated', sub: users[who] });
      await tx.query(`select set_config('role', 'authenticated', true), set_config('request.jwt.claims', $1, true)`, [
        claims,
      ]);
      await tx.query(`select private.count_answer('${message}')`);
    });
    return counted();
  };

  expect(await countAs('owner')).toBe(0);
  expect(await countAs('author')).toBe(1);
  expect(await countAs('author')).toBe(1);
});
