/** From a commit to its message in an official client on the organisation's private channel. */
import { loadSecrets } from '@nexus/embedded';
import { Item } from '@nexus/shared/archive';
import { createClient, type RealtimeChannel } from '@supabase/supabase-js';
import { z } from 'zod';
import { firstOwner, startNexus } from '../../cli/test/running/start-nexus.ts';
import { type Figure, percentile } from './figure.ts';
import { figure } from './part.ts';
import { untilReady } from './until-ready.ts';

const WARM_UP = 20;
const CHANGES = 300;
const PAUSE_MS = 30;

const Message = z.object({ payload: z.object({ title: z.string(), updatedAt: z.string() }) });

export async function measureLiveLatency(): Promise<readonly Figure[]> {
  await using nexus = await startNexus();
  const { client, orgId } = await firstOwner(nexus);
  const { id } = await client.request('POST', '/media/process', Item, { source: 'text', text: 'A line.' });
  await untilReady(client, id);

  const { anonKey } = await loadSecrets(nexus.home);
  const supabase = createClient(nexus.gatewayUrl, anonKey, {
    auth: { persistSession: false, autoRefreshToken: false },
  });
  const signIn = await supabase.auth.signInWithPassword({
    email: 'owner@example.org',
    password: 'correct horse battery',
  });
  if (signIn.error) throw signIn.error;
  await supabase.realtime.setAuth(signIn.data.session.access_token);
  const channel = supabase.channel(`org:${orgId}:archive`, { config: { private: true } });
  const titles = messagesOf(channel);
  await joined(channel);

  const times: number[] = [];
  try {
    for (let number = 0; number < WARM_UP + CHANGES; number++) {
      const title = `Title ${number}`;
      const message = titles.wait(title);
      await client.request('PATCH', `/media/${id}`, Item, { title });
      const { updatedAt, receivedAt } = await message;
      if (number >= WARM_UP) times.push(receivedAt - Date.parse(updatedAt));
      await Bun.sleep(PAUSE_MS);
    }
  } finally {
    await supabase.removeAllChannels();
    supabase.realtime.disconnect();
  }
  const note =
    'from the beginning of the transaction that PATCH /api/media/{id} makes, so its work counts too, to the callback in supabase-js; clock of 1 ms';
  return [
    figure('commit-to-message-p50', percentile(times, 0.5), 'ms', times.length, note),
    figure('commit-to-message-p99', percentile(times, 0.99), 'ms', times.length, note),
  ];
}

interface Received {
  updatedAt: string;
  receivedAt: number;
}

function messagesOf(channel: RealtimeChannel) {
  const waiting = new Map<string, (received: Received) => void>();
  channel.on('broadcast', { event: 'item.changed' }, (message) => {
    const receivedAt = Date.now();
    const { title, updatedAt } = Message.parse(message).payload;
    waiting.get(title)?.({ updatedAt, receivedAt });
    waiting.delete(title);
  });
  return {
    wait: (title: string) => new Promise<Received>((resolve) => waiting.set(title, resolve)),
  };
}

function joined(channel: RealtimeChannel): Promise<void> {
  return new Promise((done, failed) => {
    channel.subscribe((status, error) => {
      if (status === 'SUBSCRIBED') done();
      else if (status !== 'CLOSED') failed(error ?? new Error(status));
    });
  });
}
