import { clientBroadcast, type Broadcast } from './broadcast.ts';
import type { Connection } from './connection.ts';
import { sizeOf } from './bounded-json.ts';
import { isRecord, type Inbound, type Message } from './frames.ts';
import { topicKey, type Hub } from './hub.ts';
import type { Join } from './join-config.ts';
import { rateLimit } from './limits.ts';
import type { PresenceDiff } from './presence.ts';
import type { StoredMessage } from './replay.ts';
import type { Rights } from './rights.ts';
import { expiredMessage, type Claims } from './tokens.ts';

/** One client's membership of one topic, from its accepted join to its end. */
export interface Channel {
  /** Without `realtime:`. */
  readonly topic: string;
  readonly isPrivate: boolean;
  readonly joinRef: string | null;
  /** Tells the client it has joined, then what it asked to be told first: stored messages, who is present. */
  start(ref: string | null): void;
  handle(message: Inbound): Promise<void>;
  deliver(broadcast: Broadcast): void;
  deliverPresence(diff: PresenceDiff): void;
  /** Ends the membership without a word: the client knows, or is gone. */
  dispose(): void;
  /** Ends the membership and says so; with a problem it names it first. */
  close(problem?: string): void;
}

export interface ChannelSettings {
  topic: string;
  joinRef: string | null;
  config: Join['config'];
  token: string;
  claims: Claims;
  rights: Rights;
  stored: StoredMessage[];
}

const EXPIRY_CHECK_MS = 3_600_000;

export function createChannel(hub: Hub, connection: Connection, settings: ChannelSettings): Channel {
  const { topic, joinRef, config, rights, stored } = settings;
  const isPrivate = config.private;
  const fullTopic = `realtime:${topic}`;
  const room = topicKey(topic, isPrivate);
  const presenceKey = config.presence.key || crypto.randomUUID();
  const events = rateLimit(hub.limits.eventsPerSecond);
  const replayed = new Set(stored.map((message) => message.id));

  let { token, claims } = settings;
  let presenceEnabled = config.presence.enabled;
  let expiry: ReturnType<typeof setTimeout> | undefined;
  let open = true;

  const push = (event: string, payload: unknown, ref: string | null = null) =>
    connection.push({ joinRef, ref, topic: fullTopic, event, payload });
  const reply = (ref: string | null, status: 'ok' | 'error', response: object = {}) =>
    push('phx_reply', { status, response }, ref);
  const system = (status: 'ok' | 'error', message: string) =>
    push('system', { extension: 'system', status, message, channel: topic });

  const channel: Channel = {
    topic,
    isPrivate,
    joinRef,

    start(ref) {
      hub.enter(channel);
      reply(ref, 'ok', { postgres_changes: [] });
      for (const { id, event, payload } of stored) {
        push('broadcast', { type: 'broadcast', event, payload, meta: { id, replayed: true } });
      }
      if (presenceEnabled) syncPresence();
      if (config.broadcast.replication_ready) system('ok', 'Replication connection established');
      watchExpiry();
    },

    async handle(message) {
      if (!open) return;
      if (message.event === 'broadcast') return broadcast(message);
      if (message.event === 'presence') return presence(message);
      if (message.event === 'access_token') return renew(message.payload);
      if (message.event === 'phx_leave') {
        reply(message.ref, 'ok');
        channel.close();
      }
    },

    deliver(broadcast) {
      if (!rights.mayRead('broadcast') || (broadcast.id !== undefined && replayed.has(broadcast.id))) return;
      const frame = broadcast.frame(connection.version);
      if (frame !== null) connection.send(frame);
    },

    deliverPresence(diff) {
      if (presenceEnabled && rights.mayRead('presence')) push('presence_diff', diff);
    },

    dispose() {
      if (!open) return;
      open = false;
      clearTimeout(expiry);
      hub.leave(channel);
      connection.forget(channel);
      const diff = hub.presence.untrack(room, channel);
      if (diff) hub.publishPresence(topic, isPrivate, diff);
    },

    close(problem) {
      if (!open) return;
      if (problem !== undefined) system('error', problem);
      channel.dispose();
      push('phx_close', {}, joinRef);
    },
  };

  /** Supabase says nothing to a client that may not write, and neither does this. */
  async function broadcast(message: Inbound): Promise<void> {
    if (!events.take()) return channel.close('Too many messages per second');
    if (!(await rights.mayWrite('broadcast')) || !open) return;

    const outcome = clientBroadcast({ topic, isPrivate }, message, hub.limits.payloadBytes);
    if ('refused' in outcome) return reply(message.ref, 'error', { reason: outcome.refused, error: outcome.refused });
    hub.publish(outcome.broadcast, config.broadcast.self ? undefined : channel);
    if (config.broadcast.ack) reply(message.ref, 'ok');
  }

  async function presence({ payload, ref }: Message): Promise<void> {
    if (!events.take()) return channel.close('Too many presence messages per second');
    const { event, payload: tracked = {} } = isRecord(payload) ? payload : {};
    const action = typeof event === 'string' ? event.toLowerCase() : '';

    if (action === 'untrack') {
      publishDiff(hub.presence.untrack(room, channel));
      return reply(ref, 'ok');
    }
    if (action !== 'track' || !(await rights.mayWrite('presence'))) return reply(ref, 'error');
    if (!isRecord(tracked)) return reply(ref, 'error', { reason: 'Presence track payload must be a map' });
    if (sizeOf(tracked) > hub.limits.payloadBytes) return channel.close('Track message size exceeded');

    await rights.askToRead('presence');
    if (!open) return;
    const diff = hub.presence.track(room, channel, presenceKey, tracked);
    publishDiff(diff);
    reply(ref, 'ok');
    if (!presenceEnabled) {
      presenceEnabled = true;
      syncPresence();
    }
  }

  function publishDiff(diff: PresenceDiff | null): void {
    if (diff) hub.publishPresence(topic, isPrivate, diff);
  }

  function syncPresence(): void {
    if (rights.mayRead('presence')) push('presence_state', hub.presence.list(room));
  }

  /**
   * A new token is a new judgement: of the token, and of every right on this topic. Until it is made, and when the
   * database fails to make it, the old token counts.
   */
  async function renew(payload: unknown): Promise<void> {
    const renewed = isRecord(payload) ? payload.access_token : undefined;
    if (typeof renewed !== 'string' || renewed === token || renewed.startsWith('sb_')) return;
    const verdict = await hub.verify(renewed);
    if (!verdict.accepted) return channel.close(verdict.message);

    if (!(await rights.renew(verdict.claims))) {
      return channel.close(`You no longer have permission to read from this Channel topic: ${topic}`);
    }
    ({ claims } = verdict);
    token = renewed;
    watchExpiry();
  }

  /** In steps of an hour at most: a token may outlive what a timer can count (24.8 days). */
  function watchExpiry(): void {
    clearTimeout(expiry);
    const { exp } = claims;
    if (exp === undefined || !open) return;
    const leftMs = exp * 1_000 - Date.now();
    if (leftMs <= 0) return channel.close(expiredMessage(exp));
    expiry = setTimeout(watchExpiry, Math.min(leftMs, EXPIRY_CHECK_MS));
    expiry.unref();
  }

  return channel;
}
