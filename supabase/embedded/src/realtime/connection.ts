import type { ServerWebSocket } from 'bun';
import type { Channel } from './channel.ts';
import { FrameError } from './bounded-json.ts';
import { decodeFrame, encodeMessage, type Inbound, type Message, type ProtocolVersion } from './frames.ts';
import type { Hub } from './hub.ts';
import { joinChannel, JoinRefused } from './join-channel.ts';

/** What the handshake found out; travels on the socket, which gets its connection when it opens. */
export interface SocketState {
  version: ProtocolVersion;
  /** The API key or token the socket was opened with: joins without a token of their own act with it. */
  apiToken: string;
  connection?: Connection;
}

/** One client's socket and the channels it has joined. */
export interface Connection {
  readonly version: ProtocolVersion;
  readonly apiToken: string;
  readonly channelCount: number;
  /** `performance.now()` of the last frame. */
  readonly heardAt: number;
  receive(frame: string | Uint8Array): void;
  push(message: Message): void;
  send(frame: string | Uint8Array): void;
  forget(channel: Channel): void;
  close(code: number, reason: string): void;
  /** The socket is gone: whoever shares a topic learns that this client left. */
  dispose(): void;
}

const UNSUPPORTED_DATA = 1003;
const SERVER_ERROR = 1011;
const TRY_AGAIN_LATER = 1013;

export function createConnection(hub: Hub, socket: ServerWebSocket<SocketState>): Connection {
  const { version, apiToken } = socket.data;
  const channels = new Map<string, Channel>();
  /** Frames of one topic are handled one after another, those of different topics side by side. */
  const lanes = new Map<string, Promise<void>>();
  let waitingFrames = 0;
  let heardAt = performance.now();
  let open = true;

  const connection: Connection = {
    version,
    apiToken,
    get channelCount() {
      return channels.size;
    },
    get heardAt() {
      return heardAt;
    },

    receive(frame) {
      heardAt = performance.now();
      try {
        accept(decodeFrame(version, frame));
      } catch (error) {
        if (error instanceof FrameError) return connection.close(UNSUPPORTED_DATA, error.message);
        // Thrown from here it would end the process, and everything else in it.
        hub.log({ event: 'realtime.failed', on: 'frame', problem: String(error) });
        connection.close(SERVER_ERROR, 'The frame could not be handled');
      }
    },

    push(message) {
      connection.send(encodeMessage(version, message));
    },

    send(frame) {
      if (!open || socket.readyState !== WebSocket.OPEN) return;
      // 0: dropped, because more than socketBufferBytes already wait for a client that does not read.
      if (socket.send(frame) !== 0) return;
      hub.log({ event: 'realtime.slow-client', bufferedBytes: socket.getBufferedAmount() });
      connection.dispose();
      socket.terminate();
    },

    forget(channel) {
      const fullTopic = `realtime:${channel.topic}`;
      if (channels.get(fullTopic) === channel) channels.delete(fullTopic);
    },

    close(code, reason) {
      connection.dispose();
      socket.close(code, reason);
    },

    dispose() {
      open = false;
      for (const channel of channels.values()) channel.dispose();
    },
  };

  function accept(message: Inbound): void {
    if (message.topic === 'phoenix' && message.event === 'heartbeat') return answer(message, 'ok');
    if (++waitingFrames > hub.limits.waitingFrames) {
      hub.log({ event: 'realtime.hasty-client', waitingFrames });
      return connection.close(TRY_AGAIN_LATER, 'Too many messages at once');
    }
    const { topic } = message;
    const lane = (lanes.get(topic) ?? Promise.resolve())
      .then(() => (open ? handle(message) : undefined))
      .catch((error: unknown) => fail(message, error))
      .finally(() => {
        waitingFrames -= 1;
        if (lanes.get(topic) === lane) lanes.delete(topic);
      });
    lanes.set(topic, lane);
  }

  async function handle(message: Inbound): Promise<void> {
    if (message.event === 'phx_join') return join(message);
    const channel = channels.get(message.topic);
    const stale = channel !== undefined && message.joinRef !== null && message.joinRef !== channel.joinRef;
    if (channel && !stale) return channel.handle(message);
    if (message.event === 'phx_leave') return answer(message, 'ok');
    if (!channel) answer(message, 'error', { reason: 'unmatched topic' });
  }

  async function join(message: Message): Promise<void> {
    // A second join of a topic replaces the first, as a client that reconnects its channel expects.
    channels.get(message.topic)?.close();
    const channel = await joinChannel(hub, connection, message);
    if (!open) return;
    channels.set(message.topic, channel);
    channel.start(message.ref);
  }

  function fail(message: Message, error: unknown): void {
    const refused = error instanceof JoinRefused;
    if (!refused)
      hub.log({ event: 'realtime.failed', topic: message.topic, on: message.event, problem: String(error) });
    if (message.event === 'phx_join' || message.ref !== null) {
      answer(message, 'error', { reason: refused ? error.message : 'Unknown Error on Channel' });
    }
  }

  function answer({ joinRef, ref, topic, event }: Message, status: 'ok' | 'error', response: object = {}): void {
    const replyJoinRef = event === 'phx_join' ? (joinRef ?? ref) : joinRef;
    connection.push({ joinRef: replyJoinRef, ref, topic, event: 'phx_reply', payload: { status, response } });
  }

  return connection;
}
