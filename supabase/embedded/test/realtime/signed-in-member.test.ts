import type { SupabaseClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { type EmbeddedServer, embeddedServer } from '../loopback/embedded-server.ts';
import { broadcastsOf, subscribed } from './realtime-server.ts';

// A new database takes 0.5 s, 4 s after a change of the SQL, and longer on a busy machine.
setDefaultTimeout(30_000);

let server: EmbeddedServer;
const clients: SupabaseClient[] = [];
beforeAll(async () => {
  server = await embeddedServer({ signUp: 'open' });
});
afterAll(async () => {
  for (const client of clients) await client.realtime.disconnect();
  await server.stop();
});

/** Someone who has just signed up, with an organisation of their own. */
async function member(name: string) {
  const client = server.client();
  clients.push(client);
  const { data, error } = await client.auth.signUp({ email: `${name}@example.org`, password: 'correct horse battery' });
  if (error || !data.user) throw error ?? new Error('No user');
  const { rows } = await server.database.query<{ id: string }>(
    'insert into public.orgs (name) values ($1) returning id',
    [name],
  );
  const orgId = rows[0]?.id ?? '';
  await server.database.query('insert into public.members (org_id, user_id, role, email) values ($1, $2, $3, $4)', [
    orgId,
    data.user.id,
    'owner',
    data.user.email,
  ]);
  return { client, orgId };
}

const archive = (client: SupabaseClient, orgId: string) =>
  client.channel(`org:${orgId}:archive`, { config: { private: true } });

test('a member follows the organisation’s items through the gateway, another organisation’s member does not', async () => {
  const ann = await member('ann');
  const ben = await member('ben');
  const channel = archive(ann.client, ann.orgId);
  const received = broadcastsOf(channel);

  await subscribed(channel);
  await expect(subscribed(archive(ben.client, ann.orgId))).rejects.toThrow('Unauthorized');
  await server.database.query(`insert into public.items (org_id, source, title) values ($1, 'text', 'Minutes')`, [
    ann.orgId,
  ]);

  expect(await received.first(1)).toMatchObject([
    { event: 'item.created', payload: { title: 'Minutes', status: 'queued' } },
  ]);
});

test('a refreshed session keeps its channels', async () => {
  const { client, orgId } = await member('cleo');
  const channel = archive(client, orgId);
  const received = broadcastsOf(channel);
  await subscribed(channel);

  const { error } = await client.auth.refreshSession();
  await server.database.query(`insert into public.items (org_id, source, title) values ($1, 'text', 'After')`, [orgId]);

  expect(error).toBeNull();
  expect(await received.first(1)).toMatchObject([{ payload: { title: 'After' } }]);
});

test('signing out ends the right to follow', async () => {
  const { client, orgId } = await member('dora');
  const statuses: string[] = [];
  const closed = new Promise<void>((resolve) => {
    archive(client, orgId).subscribe((status) => {
      statuses.push(status);
      if (status === 'SUBSCRIBED') void client.auth.signOut();
      if (status === 'CLOSED') resolve();
    });
  });

  await closed;

  expect(statuses).toEqual(['SUBSCRIBED', 'CLOSED']);
});
