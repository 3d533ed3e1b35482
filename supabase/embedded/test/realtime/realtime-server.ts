import { migratedDatabase } from '@nexus/embedded/testing';
import { createClient, type RealtimeChannel, type SupabaseClient } from '@supabase/supabase-js';
import type { Server } from 'bun';
import { SignJWT } from 'jose';
import { createRealtime, type Realtime, type RealtimeLimits, type RealtimeSocket } from '../../src/realtime/index.ts';

export const JWT_SECRET = 'a-secret-of-the-tests-that-is-long-enough';
export const VERSIONS = ['1.0.0', '2.0.0'] as const;
export type Version = (typeof VERSIONS)[number];

/** `room:<user id>` belongs to its user, `news:*` may be read by everyone signed in, `lobby:*` only be seen into. */
const POLICIES = `
  create policy "own rooms" on realtime.messages for all to authenticated
    using (realtime.topic() = 'room:' || auth.uid()::text) with check (realtime.topic() = 'room:' || auth.uid()::text);
  create policy "news" on realtime.messages for select to authenticated using (realtime.topic() like 'news:%');
  create policy "lobby" on realtime.messages for select to authenticated
    using (realtime.topic() like 'lobby:%' and extension = 'presence');
  create policy "membership" on realtime.messages for all to authenticated
    using (realtime.topic() = any(array(select jsonb_array_elements_text(auth.jwt() -> 'topics'))))
    with check (realtime.topic() = any(array(select jsonb_array_elements_text(auth.jwt() -> 'topics'))));
`;

export interface ClientOptions {
  version?: Version;
  /** Asked at the connect and at each `setAuth()`; the anon key by default. */
  token?: () => string;
  apiKey?: string;
  heartbeatIntervalMs?: number;
}

/** A realtime server on a port of its own, over a database with all migrations and a few policies more. */
export async function realtimeServer(limits: Partial<RealtimeLimits> = {}) {
  const database = await migratedDatabase();
  await database.exec(POLICIES);
  const apiKeys = { anon: await signToken({ role: 'anon' }), service: await signToken({ role: 'service_role' }) };
  const logged: Record<string, unknown>[] = [];
  const clients: SupabaseClient[] = [];

  const start = () =>
    createRealtime({ database, jwtSecret: JWT_SECRET, apiKeys, limits, log: (event) => void logged.push(event) });
  let realtime = start();
  let http = serve(realtime, 0);
  const port = http.port;

  return {
    database,
    apiKeys,
    logged,
    url: `http://127.0.0.1:${port}`,
    socketUrl: (query: Record<string, string>) =>
      `ws://127.0.0.1:${port}/realtime/v1/websocket?${new URLSearchParams(query)}`,

    /** The official client, which knows its token: a channel that is joined before that acts with the API key. */
    async client({
      version = '2.0.0',
      token = () => apiKeys.anon,
      apiKey = apiKeys.anon,
      heartbeatIntervalMs,
    }: ClientOptions = {}) {
      const client = createClient(`http://127.0.0.1:${port}`, apiKey, {
        accessToken: async () => token(),
        realtime: { vsn: version, heartbeatIntervalMs, reconnectAfterMs: () => 20 },
      });
      clients.push(client);
      await client.realtime.setAuth();
      return client;
    },

    /** A second HTTP server in front of the same realtime server. */
    also(): Server<RealtimeSocket> {
      return serve(realtime, 0);
    },

    /** Ends the realtime server and its HTTP server. */
    async halt(): Promise<void> {
      await realtime.stop();
      await http.stop(true);
    },

    resume(): void {
      realtime = start();
      http = serve(realtime, port ?? 0);
    },

    async stop(): Promise<void> {
      for (const client of clients) await client.realtime.disconnect();
      await realtime.stop();
      await http.stop(true);
      await database.close();
    },
  };
}

export type RealtimeServer = Awaited<ReturnType<typeof realtimeServer>>;

function serve(realtime: Realtime, port: number): Server<RealtimeSocket> {
  return Bun.serve({
    port,
    hostname: '127.0.0.1',
    fetch: (request, server) => realtime.fetch(request, server),
    websocket: realtime.websocket,
  });
}

export async function signToken(claims: Record<string, unknown>, secondsToLive = 3_600): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setExpirationTime(Math.floor(Date.now() / 1_000) + secondsToLive)
    .sign(new TextEncoder().encode(JWT_SECRET));
}

export function userToken(
  userId: string,
  claims: Record<string, unknown> = {},
  secondsToLive?: number,
): Promise<string> {
  return signToken({ role: 'authenticated', sub: userId, ...claims }, secondsToLive);
}

/** Resolves when the channel is joined; rejects with the server's reason when it is refused. */
export function subscribed(channel: RealtimeChannel): Promise<RealtimeChannel> {
  return new Promise((resolve, reject) => {
    channel.subscribe((status, error) => {
      if (status === 'SUBSCRIBED') resolve(channel);
      else reject(error ?? new Error(status));
    });
  });
}

/** Collects what a listener gets, and lets a test wait for the nth. */
export function inbox<T>() {
  const messages: T[] = [];
  const waiters: { count: number; resolve: (messages: T[]) => void }[] = [];

  return {
    messages,
    add: (message: T) => {
      messages.push(message);
      for (const { count, resolve } of waiters) if (messages.length >= count) resolve(messages);
    },
    /** Resolves with all messages once there are that many. */
    first: (count: number): Promise<T[]> =>
      new Promise((resolve) => {
        waiters.push({ count, resolve });
        if (messages.length >= count) resolve(messages);
      }),
  };
}

export interface BroadcastMessage {
  type: 'broadcast';
  event: string;
  payload?: unknown;
  meta?: { id: string; replayed?: boolean };
}

/** Every broadcast of a channel. */
export function broadcastsOf(channel: RealtimeChannel) {
  const box = inbox<BroadcastMessage>();
  channel.on('broadcast', { event: '*' }, (message) => box.add(message as BroadcastMessage));
  return box;
}
