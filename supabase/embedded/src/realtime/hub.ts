import type { RealtimeDatabase } from './authorization.ts';
import type { Broadcast } from './broadcast.ts';
import type { Channel } from './channel.ts';
import type { RealtimeLimits } from './limits.ts';
import { presenceTracker, type PresenceDiff, type PresenceTracker } from './presence.ts';
import type { VerifyToken } from './tokens.ts';

/** One structured event for the process's log. */
export type Log = (event: Record<string, unknown>) => void;

/** What all sockets of one realtime server share, whichever HTTP server they came through. */
export interface Hub {
  database: RealtimeDatabase;
  verify: VerifyToken;
  limits: RealtimeLimits;
  log: Log;
  presence: PresenceTracker;
  /** Settled once messages of the database reach the channels; a join waits for it, so that a joined client misses none. */
  following: Promise<void>;
  members(topic: string, isPrivate: boolean): Iterable<Channel>;
  enter(channel: Channel): void;
  leave(channel: Channel): void;
  /** To every channel of the topic that may read it, save the sender's own. Public and private channels never mix. */
  publish(broadcast: Broadcast, except?: Channel): void;
  publishPresence(topic: string, isPrivate: boolean, diff: PresenceDiff): void;
}

export type HubSettings = Pick<Hub, 'database' | 'verify' | 'limits' | 'log'>;

export function createHub(settings: HubSettings): Hub {
  const topics = new Map<string, Set<Channel>>();
  const members = (topic: string, isPrivate: boolean) => topics.get(topicKey(topic, isPrivate)) ?? [];

  return {
    ...settings,
    presence: presenceTracker(),
    following: Promise.resolve(),
    members,

    enter(channel) {
      const key = topicKey(channel.topic, channel.isPrivate);
      const channels = topics.get(key);
      if (channels) channels.add(channel);
      else topics.set(key, new Set([channel]));
    },

    leave(channel) {
      const key = topicKey(channel.topic, channel.isPrivate);
      const channels = topics.get(key);
      if (channels?.delete(channel) && channels.size === 0) topics.delete(key);
    },

    publish(broadcast, except) {
      for (const channel of members(broadcast.topic, broadcast.isPrivate)) {
        if (channel !== except) channel.deliver(broadcast);
      }
    },

    publishPresence(topic, isPrivate, diff) {
      for (const channel of members(topic, isPrivate)) channel.deliverPresence(diff);
    },
  };
}

export function topicKey(topic: string, isPrivate: boolean): string {
  return `${isPrivate ? 'private' : 'public'}:${topic}`;
}
