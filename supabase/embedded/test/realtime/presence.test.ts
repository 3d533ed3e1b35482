import type { RealtimeChannel } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { inbox, realtimeServer, type RealtimeServer, subscribed, userToken, VERSIONS } from './realtime-server.ts';

// A new database takes 0.5 s, 4 s after a change of the SQL, and longer on a busy machine.
setDefaultTimeout(30_000);

let server: RealtimeServer;
beforeAll(async () => {
  server = await realtimeServer();
});
afterAll(() => server.stop());

interface PresenceEvent {
  event: 'sync' | 'join' | 'leave';
  key?: string;
  newPresences?: { name: string }[];
  leftPresences?: { name: string }[];
}

/** What a channel hears of who comes and goes, as `+name` and `-name`. */
function comingsAndGoings(channel: RealtimeChannel) {
  const box = inbox<string>();
  const note = (event: PresenceEvent) => {
    for (const { name } of event.newPresences ?? []) box.add(`+${name}`);
    for (const { name } of event.leftPresences ?? []) box.add(`-${name}`);
  };
  channel.on('presence', { event: 'join' }, (event) => note(event as unknown as PresenceEvent));
  channel.on('presence', { event: 'leave' }, (event) => note(event as unknown as PresenceEvent));
  return box;
}

/** Who is present, by key, without the references that change from run to run. */
function names(channel: RealtimeChannel): Record<string, unknown[]> {
  const entries = Object.entries(channel.presenceState<{ name: string }>());
  return Object.fromEntries(entries.map(([key, metas]) => [key, metas.map((meta) => meta.name)]));
}

describe.each(VERSIONS)('protocol %s', (version) => {
  const open = async (topic: string, key: string) => {
    const client = await server.client({ version });
    const channel = client.channel(`${topic}-${version}`, { config: { presence: { key, enabled: true } } });
    return { client, channel, heard: comingsAndGoings(channel) };
  };

  test('two clients see each other come, change and go', async () => {
    const [ann, ben] = [await open('pair', 'ann'), await open('pair', 'ben')];
    await Promise.all([subscribed(ann.channel), subscribed(ben.channel)]);

    expect(await ann.channel.track({ name: 'Ann' })).toBe('ok');
    expect(await ben.channel.track({ name: 'Ben' })).toBe('ok');
    await Promise.all([ann.heard.first(2), ben.heard.first(2)]);
    expect(names(ann.channel)).toEqual({ ann: ['Ann'], ben: ['Ben'] });
    expect(names(ben.channel)).toEqual({ ann: ['Ann'], ben: ['Ben'] });

    await ben.channel.track({ name: 'Benjamin' });
    expect(await ann.heard.first(4)).toEqual(['+Ann', '+Ben', '+Benjamin', '-Ben']);
    expect(names(ann.channel)).toEqual({ ann: ['Ann'], ben: ['Benjamin'] });

    expect(await ben.channel.untrack()).toBe('ok');
    expect((await ann.heard.first(5)).at(-1)).toBe('-Benjamin');
    expect(names(ann.channel)).toEqual({ ann: ['Ann'] });
  });

  test('a newcomer is told who was there already', async () => {
    const [host, guest] = [await open('late', 'host'), await open('late', 'guest')];
    await subscribed(host.channel);
    await host.channel.track({ name: 'Host' });

    await subscribed(guest.channel);

    expect(await guest.heard.first(1)).toEqual(['+Host']);
  });

  test('leaving the channel and losing the connection both count as going', async () => {
    const [watcher, leaver, lost] = [
      await open('gone', 'watcher'),
      await open('gone', 'leaver'),
      await open('gone', 'lost'),
    ];
    await Promise.all([watcher, leaver, lost].map(({ channel }) => subscribed(channel)));
    await leaver.channel.track({ name: 'Leaver' });
    await lost.channel.track({ name: 'Lost' });
    await watcher.heard.first(2);

    await leaver.channel.unsubscribe();
    expect((await watcher.heard.first(3)).at(-1)).toBe('-Leaver');
    await lost.client.realtime.disconnect();
    expect((await watcher.heard.first(4)).at(-1)).toBe('-Lost');
    expect(names(watcher.channel)).toEqual({});
  });
});

test('one user on two devices is one key with two entries', async () => {
  const make = async () =>
    (await server.client()).channel('devices', { config: { presence: { key: 'ann', enabled: true } } });
  const [phone, laptop] = [await make(), await make()];
  const heard = comingsAndGoings(laptop);
  await Promise.all([subscribed(phone), subscribed(laptop)]);

  await phone.track({ name: 'phone' });
  await laptop.track({ name: 'laptop' });
  await heard.first(2);
  expect(names(laptop)).toEqual({ ann: ['phone', 'laptop'] });

  await phone.untrack();
  await heard.first(3);
  expect(names(laptop)).toEqual({ ann: ['laptop'] });
});

test('tracking turns presence on for a channel that had not asked for it', async () => {
  const early = (await server.client()).channel('quiet', { config: { presence: { key: 'early', enabled: true } } });
  const quiet = (await server.client()).channel('quiet', { config: { presence: { key: 'quiet', enabled: false } } });
  await Promise.all([subscribed(early), subscribed(quiet)]);
  await early.track({ name: 'Early' });

  await quiet.track({ name: 'Quiet' });
  await quiet.untrack();

  expect(names(quiet)).toEqual({ early: ['Early'] });
});

test('on a private channel tracking needs the right to write', async () => {
  const id = crypto.randomUUID();
  const token = await userToken(id);
  const config = { private: true, presence: { key: id, enabled: true } };
  const mine = (await server.client({ token: () => token })).channel(`room:${id}`, { config });
  const news = (await server.client({ token: () => token })).channel('news:presence', { config });
  const heard = comingsAndGoings(mine);
  await Promise.all([subscribed(mine), subscribed(news)]);

  expect(await mine.track({ name: 'Me' })).toBe('ok');
  expect(await news.track({ name: 'Me' })).toBe('error');
  expect(await heard.first(1)).toEqual(['+Me']);
});
