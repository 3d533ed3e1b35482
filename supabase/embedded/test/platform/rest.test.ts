import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { type EmbeddedServer, embeddedServer } from '../loopback/embedded-server.ts';

// Opening a database takes seconds on a busy machine.
setDefaultTimeout(60_000);

let server: EmbeddedServer;
beforeAll(async () => {
  server = await embeddedServer();
  // A table of the test's own, as a migration would make it.
  await server.database.exec(`
    create table public.notes (
      id bigint generated always as identity primary key,
      owner_id uuid not null default auth.uid(),
      body text not null,
      secret text,
      price numeric not null default 1.50,
      written_at timestamptz not null default '2026-01-02T03:04:05.678Z'
    );
    alter table public.notes enable row level security;
    revoke all on public.notes from anon, authenticated;
    grant select (id, owner_id, body, price, written_at), insert, update, delete on public.notes to authenticated;
    create policy "own notes" on public.notes for all to authenticated using (owner_id = auth.uid()) with check (owner_id = auth.uid());
    create function public.note_count() returns bigint language sql stable as 'select count(id) from public.notes';
    notify pgrst, 'reload schema';
  `);
});
afterAll(() => server.stop());

async function someone() {
  const client = server.client();
  const { data } = await client.auth.signUp({
    email: `${crypto.randomUUID()}@example.test`,
    password: 'a long password',
  });
  return { client, id: data.user!.id };
}

test('each user reads and writes own rows only', async () => {
  const [anna, boris] = [await someone(), await someone()];

  const written = await anna.client.from('notes').insert({ body: 'of Anna' }).select('id, owner_id, body').single();
  const seenByBoris = await boris.client.from('notes').select('body').eq('id', written.data!.id);
  const takenByBoris = await boris.client
    .from('notes')
    .update({ body: 'mine' })
    .eq('id', written.data!.id)
    .select('id');
  const forged = await boris.client.from('notes').insert({ body: 'by Anna', owner_id: anna.id });

  expect(written.data).toMatchObject({ owner_id: anna.id, body: 'of Anna' });
  expect(seenByBoris.data).toEqual([]);
  expect(takenByBoris.data).toEqual([]);
  expect(forged.error?.code).toBe('42501');
});

test('what a migration has revoked stays revoked', async () => {
  const { client } = await someone();

  const { error } = await client.from('notes').select('secret');

  expect(error?.code).toBe('42501');
});

test('the anonymous key reaches no table that is not granted to it', async () => {
  const { error } = await server.client().from('notes').select('id');

  expect(error?.code).toBe('42501');
});

test('the service key sees all organisations', async () => {
  const { client } = await someone();
  await client.from('notes').insert({ body: 'seen by the service' });
  await server.database.exec('grant all on public.notes to service_role');

  const { data } = await server
    .client({ key: server.secrets.serviceKey })
    .from('notes')
    .select('body, price, written_at');

  expect(data).toContainEqual({ body: 'seen by the service', price: 1.5, written_at: '2026-01-02T03:04:05.678+00:00' });
});

test('functions are called with the rights of the caller', async () => {
  const { client } = await someone();
  await client.from('notes').insert([{ body: 'one' }, { body: 'two' }]);

  const { data } = await client.rpc('note_count');

  expect(data).toBe(2);
});

test('schemas beside public are out of reach', async () => {
  const { client } = await someone();

  const users = await client.schema('auth').from('users').select('email');

  expect(users.error).not.toBeNull();
});

test('many requests at once are answered each with its own rights', async () => {
  const { client } = await someone();

  const answers = await Promise.all(
    Array.from({ length: 40 }, async (_, n) => {
      if (n % 2 === 0) return (await client.from('notes').insert({ body: `note ${n}` })).error?.message ?? 'written';
      return (await client.from('notes').select('secret')).error?.code;
    }),
  );

  expect(new Set(answers)).toEqual(new Set(['written', '42501']));
  expect((await client.rpc('note_count')).data).toBe(20);
});
