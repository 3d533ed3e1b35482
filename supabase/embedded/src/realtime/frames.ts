import { FrameError, parseJson, readText, toJson } from './bounded-json.ts';

/**
 * The wire format of Phoenix channels as Supabase speaks it. Version 1.0.0 sends objects, version 2.0.0 arrays
 * `[join_ref, ref, topic, event, payload]` and, for broadcasts of clients, binary frames (kind 3 in, kind 4 out).
 */
export type ProtocolVersion = '1.0.0' | '2.0.0';

export interface Message {
  joinRef: string | null;
  ref: string | null;
  topic: string;
  event: string;
  payload: unknown;
}

/** A broadcast sent as a binary frame; `body` is what the sender encoded, passed on as it came. */
export interface UserBroadcast {
  event: string;
  encoding: 'binary' | 'json';
  body: Uint8Array;
  metadata: Record<string, unknown>;
}

export type Inbound = Message & { userBroadcast?: UserBroadcast };

const USER_BROADCAST_PUSH = 3;
const USER_BROADCAST = 4;
const PUSH_HEADER_BYTES = 7;
const BROADCAST_HEADER_BYTES = 5;
const MAX_FIELD_BYTES = 255;

const encoder = new TextEncoder();

export function decodeFrame(version: ProtocolVersion, frame: string | Uint8Array): Inbound {
  if (typeof frame !== 'string') {
    if (version === '1.0.0') throw new FrameError('Binary frames need protocol version 2.0.0');
    return decodePush(frame);
  }
  const value = parseJson(frame);
  if (version === '1.0.0') {
    if (!isRecord(value)) throw new FrameError('Expected an object');
    return message(value.join_ref, value.ref, value.topic, value.event, value.payload);
  }
  if (!Array.isArray(value) || value.length < 5) throw new FrameError('Expected an array of five');
  return message(value[0], value[1], value[2], value[3], value[4]);
}

export function encodeMessage(version: ProtocolVersion, { joinRef, ref, topic, event, payload }: Message): string {
  return version === '1.0.0'
    ? toJson({ topic, event, payload, ref, join_ref: joinRef })
    : toJson([joinRef, ref, topic, event, payload]);
}

/** Null when a name is longer than the 255 bytes its length field can say. */
export function encodeUserBroadcast(topic: string, broadcast: Omit<UserBroadcast, 'metadata'>): Uint8Array | null {
  const topicBytes = encoder.encode(topic);
  const eventBytes = encoder.encode(broadcast.event);
  if (topicBytes.length > MAX_FIELD_BYTES || eventBytes.length > MAX_FIELD_BYTES) return null;

  const bodyAt = BROADCAST_HEADER_BYTES + topicBytes.length + eventBytes.length;
  const frame = new Uint8Array(bodyAt + broadcast.body.length);
  frame.set([USER_BROADCAST, topicBytes.length, eventBytes.length, 0, broadcast.encoding === 'json' ? 1 : 0]);
  frame.set(topicBytes, BROADCAST_HEADER_BYTES);
  frame.set(eventBytes, BROADCAST_HEADER_BYTES + topicBytes.length);
  frame.set(broadcast.body, bodyAt);
  return frame;
}

function decodePush(frame: Uint8Array): Inbound {
  if (frame[0] !== USER_BROADCAST_PUSH || frame.length < PUSH_HEADER_BYTES)
    throw new FrameError('Unknown binary frame');
  let at = PUSH_HEADER_BYTES;
  const field = (index: number) => {
    const end = at + (frame[index] ?? 0);
    if (end > frame.length) throw new FrameError('A binary frame is shorter than its lengths say');
    const value = readText(frame.subarray(at, end));
    at = end;
    return value;
  };

  const joinRef = field(1);
  const ref = field(2);
  const topic = field(3);
  const event = field(4);
  const metadata = field(5);
  const parsed = metadata === '' ? {} : parseJson(metadata);

  return {
    ...message(joinRef || null, ref || null, topic, 'broadcast', null),
    userBroadcast: {
      event,
      encoding: frame[6] === 0 ? 'binary' : 'json',
      // A copy: the socket reuses its buffer, and Buffer's own slice would only be a view.
      body: new Uint8Array(frame.subarray(at)),
      metadata: isRecord(parsed) ? parsed : {},
    },
  };
}

function message(joinRef: unknown, ref: unknown, topic: unknown, event: unknown, payload: unknown): Message {
  if (typeof topic !== 'string' || typeof event !== 'string') throw new FrameError('Topic and event must be text');
  return { joinRef: reference(joinRef), ref: reference(ref), topic, event, payload: payload ?? {} };
}

function reference(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw new FrameError('A reference must be text');
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
