import type { Extension } from './authorization.ts';
import { createChannel, type Channel } from './channel.ts';
import type { Connection } from './connection.ts';
import type { Message } from './frames.ts';
import type { Hub } from './hub.ts';
import { parseJoin, parseReplay } from './join-config.ts';
import { storedMessages } from './replay.ts';
import { privateRights, PUBLIC_RIGHTS } from './rights.ts';

/** A join the server answers with `{status: 'error', response: {reason}}`. Reasons are worded as Supabase words them. */
export class JoinRefused extends Error {
  override readonly name = 'JoinRefused';
}

const PREFIX = 'realtime:';

/** Judges a `phx_join` and answers the channel, not yet started. Throws `JoinRefused`. */
export async function joinChannel(hub: Hub, connection: Connection, message: Message): Promise<Channel> {
  const topic = message.topic.slice(PREFIX.length);
  if (!message.topic.startsWith(PREFIX)) throw new JoinRefused('unmatched topic');
  if (topic === '') throw new JoinRefused('TopicNameRequired: You must provide a topic name');
  if (connection.channelCount >= hub.limits.channelsPerSocket) {
    throw new JoinRefused('ChannelRateLimitReached: Too many channels');
  }

  const { config, access_token, user_token } = parseJoin(message.payload);
  if (config.postgres_changes.length > 0) {
    throw new JoinRefused(
      'PostgresChangesNotOffered: postgres_changes is not offered here. Broadcast from the database instead: call realtime.broadcast_changes() or realtime.send() in a trigger and listen for broadcast on a private channel',
    );
  }

  const asked = user_token ?? access_token;
  const token = asked === undefined || asked.startsWith('sb_') ? connection.apiToken : asked;
  const verdict = await hub.verify(token);
  if (!verdict.accepted) throw new JoinRefused(`${verdict.code}: ${verdict.message}`);
  const { claims } = verdict;

  await hub.following;
  const extensions: Extension[] = config.presence.enabled ? ['broadcast', 'presence'] : ['broadcast'];
  const rights = config.private ? await privateRights(hub, topic, claims, extensions) : PUBLIC_RIGHTS;
  if (!rights) throw unreadable(topic);

  const replay = parseReplay(config.broadcast.replay);
  if (replay === null) throw new JoinRefused('UnableToReplayMessages: Replay params are not valid');
  if (replay && !config.private) {
    throw new JoinRefused('UnableToReplayMessages: Replay is not allowed for public channels');
  }
  if (replay && !rights.mayRead('broadcast')) throw unreadable(topic);
  const stored = replay ? await storedMessages(hub.database, topic, replay) : [];

  const { joinRef, ref } = message;
  return createChannel(hub, connection, { topic, joinRef: joinRef ?? ref, config, token, claims, rights, stored });
}

function unreadable(topic: string): JoinRefused {
  return new JoinRefused(`Unauthorized: You do not have permissions to read from this Channel topic: ${topic}`);
}
