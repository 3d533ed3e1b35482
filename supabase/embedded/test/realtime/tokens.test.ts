import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { SignJWT } from 'jose';
import {
  broadcastsOf,
  inbox,
  realtimeServer,
  type RealtimeServer,
  signToken,
  subscribed,
  userToken,
  VERSIONS,
} from './realtime-server.ts';
import type { RealtimeChannel, RealtimeSystemPayload } from '@supabase/supabase-js';

// A new database takes 0.5 s, 4 s after a change of the SQL, and longer on a busy machine.
setDefaultTimeout(30_000);

let server: RealtimeServer;
beforeAll(async () => {
  server = await realtimeServer();
});
afterAll(() => server.stop());

/** Joins and answers what ends it: the system messages and then the status `CLOSED`. */
async function watched(channel: RealtimeChannel) {
  const system = inbox<RealtimeSystemPayload>();
  const statuses = inbox<string>();
  channel.on('system', {}, (payload) => system.add(payload));
  channel.subscribe((status) => statuses.add(status));
  expect(await statuses.first(1)).toEqual(['SUBSCRIBED']);
  return { system, closed: statuses.first(2) };
}

describe.each(VERSIONS)('protocol %s', (version) => {
  test('a renewed token keeps the channel past the old one’s end', async () => {
    const id = crypto.randomUUID();
    let token = await userToken(id, {}, 2);
    const client = await server.client({ version, token: () => token });
    const channel = client.channel(`room:${id}`, { config: { private: true, broadcast: { ack: true, self: true } } });
    const firstToken = token;
    const doomed = await server.client({ version, token: () => firstToken });
    const ending = await watched(doomed.channel(`room:${id}`, { config: { private: true } }));
    await subscribed(channel);
    const received = broadcastsOf(channel);

    token = await userToken(id);
    await client.realtime.setAuth();
    // The client that did not renew shows that the first token's time is up.
    expect(await ending.closed).toEqual(['SUBSCRIBED', 'CLOSED']);

    expect(await channel.send({ type: 'broadcast', event: 'still', payload: {} })).toBe('ok');
    expect(await received.first(1)).toMatchObject([{ event: 'still' }]);
  });

  test('at its token’s expiry a channel, public ones too, gets a system error and is closed', async () => {
    const token = await userToken(crypto.randomUUID(), {}, 1);
    const channel = (await server.client({ version, token: () => token })).channel(`expiring-${version}`);

    const { system, closed } = await watched(channel);

    expect(await closed).toEqual(['SUBSCRIBED', 'CLOSED']);
    expect(system.messages).toEqual([
      {
        extension: 'system',
        status: 'error',
        message: expect.stringMatching(/^Token has expired \d+ seconds ago$/),
        channel: `expiring-${version}`,
      },
    ]);
  });

  test('a renewal that takes the right to read away closes the channel', async () => {
    const id = crypto.randomUUID();
    let token = await userToken(id, { topics: ['club'] });
    const client = await server.client({ version, token: () => token });
    const { system, closed } = await watched(client.channel('club', { config: { private: true } }));

    token = await userToken(id);
    await client.realtime.setAuth();

    expect(await closed).toEqual(['SUBSCRIBED', 'CLOSED']);
    expect(system.messages.map(({ message }) => message)).toEqual([
      'You no longer have permission to read from this Channel topic: club',
    ]);
  });

  test('a renewal with a token of someone else’s making closes the channel', async () => {
    let token = await userToken(crypto.randomUUID());
    const client = await server.client({ version, token: () => token });
    const { system, closed } = await watched(client.channel(`forged-${version}`));

    token = await forgedToken();
    await client.realtime.setAuth();

    expect(await closed).toEqual(['SUBSCRIBED', 'CLOSED']);
    expect(system.messages.map(({ message }) => message)).toEqual(['Failed to validate JWT signature']);
  });
});

test('a renewal that gives the right to write is heard from then on', async () => {
  const id = crypto.randomUUID();
  let token = await userToken(id);
  const client = await server.client({ token: () => token });
  const channel = client.channel('news:club', { config: { private: true, broadcast: { self: true } } });
  const received = broadcastsOf(channel);
  await subscribed(channel);

  await channel.send({ type: 'broadcast', event: 'before', payload: {} });
  token = await userToken(id, { topics: ['news:club'] });
  await client.realtime.setAuth();
  await channel.send({ type: 'broadcast', event: 'after', payload: {} });

  expect((await received.first(1)).map(({ event }) => event)).toEqual(['after']);
});

describe('a join is refused with', () => {
  const refusals: [string, () => Promise<string>, RegExp][] = [
    ['an expired token', () => userToken('a', {}, -5), /^InvalidJWTToken: Token has expired \d+ seconds ago$/],
    ['a token of another secret', forgedToken, /^JwtSignatureError: Failed to validate JWT signature$/],
    ['no token at all', async () => 'gibberish', /^MalformedJWT: The token provided is not a valid JWT$/],
    ['a token without a role', () => signToken({ sub: 'a' }), /^InvalidJWTToken: Fields `role` and `exp` are required/],
    ['a token for a superuser', () => signToken({ role: 'postgres' }), /^InvalidJWTToken: The role of the token/],
  ];

  test.each(refusals)('%s', async (_, make, reason) => {
    const token = await make();
    const channel = (await server.client({ token: () => token })).channel('anything');

    await expect(subscribed(channel)).rejects.toThrow(reason);
  });
});

function forgedToken(): Promise<string> {
  return new SignJWT({ role: 'service_role' })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode('another secret that is also long enough'));
}
