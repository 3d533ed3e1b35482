import { getContext, setContext } from 'svelte';

export type LiveStatus = 'connecting' | 'live' | 'stale';

/** The part of the realtime client this needs, as `@supabase/realtime-js` has it. */
export interface RealtimeConnection {
  setAuth(): Promise<void>;
  channel(topic: string, options: { config: { private: boolean } }): RealtimeChannelLike;
  removeChannel(channel: never): Promise<unknown>;
}

export interface RealtimeChannelLike {
  on(type: 'broadcast', filter: { event: string }, callback: (message: BroadcastMessage) => void): RealtimeChannelLike;
  subscribe(callback: (status: string) => void): unknown;
}

export interface BroadcastMessage {
  event: string;
  payload: unknown;
}

export interface LiveListener {
  onEvent(event: string, payload: unknown): void;
  /** Loads what may have been missed. Called after each (re)connection and, while there is none, every few seconds. */
  onCatchUp(): Promise<void>;
}

const POLL_MS = 4000;

/**
 * One private broadcast topic, joined when the first listener comes and kept from page to page. A lost connection is
 * polled around and joined anew, so nothing missed stays missed.
 */
export class LiveTopic {
  status = $state<LiveStatus>('connecting');
  readonly #listeners = new Set<LiveListener>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #leave: (() => void) | undefined;
  #wasLive = false;

  constructor(
    private readonly topic: string,
    private readonly connect: () => Promise<RealtimeConnection>,
    private readonly pollMs = POLL_MS,
  ) {}

  /** Starts listening; the returned function stops. */
  listen(listener: LiveListener): () => void {
    this.#listeners.add(listener);
    if (!this.#leave) this.#join();
    return () => this.#listeners.delete(listener);
  }

  /** Leaves the topic for good. */
  close(): void {
    clearTimeout(this.#timer);
    this.#leave?.();
    this.#listeners.clear();
  }

  #join(): void {
    let isLeft = false;
    let channel: RealtimeChannelLike | undefined;
    let connection: RealtimeConnection | undefined;
    const leave = () => {
      isLeft = true;
      if (channel) void connection?.removeChannel(channel as never);
    };
    this.#leave = leave;

    const open = async () => {
      connection = await this.connect();
      await connection.setAuth();
      if (isLeft) return;
      channel = connection.channel(this.topic, { config: { private: true } });
      channel.on('broadcast', { event: '*' }, ({ event, payload }) => {
        for (const listener of this.#listeners) listener.onEvent(event, payload);
      });
      channel.subscribe((status) => {
        if (isLeft) return;
        if (status === 'SUBSCRIBED') this.#onLive();
        else this.#onLost(status === 'CLOSED');
      });
    };
    open().catch(() => this.#onLost(true));
    this.#schedulePoll();
  }

  #onLive(): void {
    const missedSome = this.#wasLive || this.status === 'stale';
    this.#wasLive = true;
    this.status = 'live';
    clearTimeout(this.#timer);
    // Between the load of the page and the join something may have happened too.
    void this.#catchUp(missedSome);
  }

  #onLost(isFinal: boolean): void {
    this.status = 'stale';
    if (isFinal) this.#leave?.();
    this.#schedulePoll(isFinal);
  }

  #schedulePoll(rejoin = false): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(async () => {
      if (this.status === 'live') return;
      this.status = 'stale';
      await this.#catchUp(true);
      if (rejoin) this.#join();
      else this.#schedulePoll();
    }, this.pollMs);
  }

  /** A catch-up that fails is tried again at the next poll; a connection that came back brings one of its own. */
  async #catchUp(retryLater: boolean): Promise<void> {
    const results = await Promise.allSettled([...this.#listeners].map((listener) => listener.onCatchUp()));
    if (retryLater && this.status === 'live' && results.some(({ status }) => status === 'rejected')) {
      this.status = 'stale';
      this.#schedulePoll(false);
    }
  }
}

/** Capabilities that tell of changes. Each has a topic of its own, joined when a page first listens to it. */
export type LiveCapability = 'archive' | 'listening';
export type LiveTopics = Readonly<Record<LiveCapability, LiveTopic>>;

const CONTEXT = Symbol('live-topics');

export const setLiveTopics = (topics: () => LiveTopics): (() => LiveTopics) => setContext(CONTEXT, topics);

export function useLiveTopic(capability: LiveCapability = 'archive'): () => LiveTopic {
  const topics = getContext<() => LiveTopics>(CONTEXT);
  return () => topics()[capability];
}
