import { FrameError, parseJsonBytes, sizeOf } from './bounded-json.ts';
import {
  encodeMessage,
  encodeUserBroadcast,
  type Inbound,
  isRecord,
  type ProtocolVersion,
  type UserBroadcast,
} from './frames.ts';

/** One message on its way to a topic's channels, encoded at most once per protocol version however many receive it. */
export interface Broadcast {
  /** Without `realtime:`. */
  topic: string;
  isPrivate: boolean;
  /** Set for messages of the database: a channel that had it replayed does not get it again. */
  id?: string;
  /** Null when this version cannot express the message: bytes in version 1.0.0, lists nested too deeply. */
  frame(version: ProtocolVersion): string | Uint8Array | null;
}

export interface JsonBroadcast {
  topic: string;
  isPrivate: boolean;
  /** What the client's `broadcast` listener gets: `{type: 'broadcast', event, payload, meta?}`. */
  envelope: unknown;
  id?: string;
}

export function jsonBroadcast({ topic, isPrivate, envelope, id }: JsonBroadcast): Broadcast {
  const frame = oncePerVersion((version) =>
    encodeMessage(version, {
      joinRef: null,
      ref: null,
      topic: `realtime:${topic}`,
      event: 'broadcast',
      payload: envelope,
    }),
  );
  return { topic, isPrivate, id, frame };
}

/** Throws `FrameError` when the body says it is JSON and is not: no receiver could read it. */
export function userBroadcast(topic: string, isPrivate: boolean, message: Omit<UserBroadcast, 'metadata'>): Broadcast {
  const { event, encoding, body } = message;
  const fullTopic = `realtime:${topic}`;
  const payload = encoding === 'json' ? parseJsonBytes(body) : undefined;
  const asText = (version: ProtocolVersion) =>
    encoding === 'binary'
      ? null
      : encodeMessage(version, {
          joinRef: null,
          ref: null,
          topic: fullTopic,
          event: 'broadcast',
          payload: { type: 'broadcast', event, payload },
        });

  const frame = oncePerVersion((version) =>
    version === '1.0.0' ? asText(version) : (encodeUserBroadcast(fullTopic, message) ?? asText(version)),
  );
  return { topic, isPrivate, frame };
}

/** What a client's `broadcast` message becomes, or why it becomes nothing. */
export function clientBroadcast(
  { topic, isPrivate }: Pick<Broadcast, 'topic' | 'isPrivate'>,
  { payload, userBroadcast: sent }: Inbound,
  maxBytes: number,
): { broadcast: Broadcast } | { refused: string } {
  try {
    if (sent?.metadata.persist) return { refused: 'PersistNotOffered: send messages to keep with realtime.send()' };
    if (!sent && !isRecord(payload)) return { refused: 'A broadcast must be an object' };
    if ((sent ? sent.body.length : sizeOf(payload)) > maxBytes) return { refused: 'payload_size_exceeded' };
    const broadcast = sent
      ? userBroadcast(topic, isPrivate, sent)
      : jsonBroadcast({ topic, isPrivate, envelope: payload });
    return { broadcast };
  } catch (error) {
    if (error instanceof FrameError) return { refused: error.message };
    throw error;
  }
}

function oncePerVersion(encode: (version: ProtocolVersion) => string | Uint8Array | null): Broadcast['frame'] {
  const frames = new Map<ProtocolVersion, string | Uint8Array | null>();
  return (version) => {
    let frame = frames.get(version);
    if (frame === undefined) frames.set(version, (frame = expressible(() => encode(version))));
    return frame;
  };
}

function expressible<T>(encode: () => T): T | null {
  try {
    return encode();
  } catch (error) {
    if (error instanceof FrameError) return null;
    throw error;
  }
}
