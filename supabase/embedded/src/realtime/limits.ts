/** How much one client, or all together, may ask of the server. The defaults are generous for a small team on one machine. */
export interface RealtimeLimits {
  /** Open sockets; one more is refused with 429. */
  sockets: number;
  channelsPerSocket: number;
  /** Broadcasts and presence calls a second, per channel; above it the channel is closed. */
  eventsPerSecond: number;
  /** Messages a second over HTTP, all callers together; above it 429. */
  httpMessagesPerSecond: number;
  /** One broadcast's payload. 3 MB, as Supabase's local default. */
  payloadBytes: number;
  /** What may wait for a client that reads too slowly before it is disconnected. */
  socketBufferBytes: number;
  /** Frames of one client waiting to be handled (for the database, say) before it is disconnected. */
  waitingFrames: number;
  /** A socket that sends nothing for so long is closed; clients send a heartbeat every 25 s. */
  idleSeconds: number;
}

export const DEFAULT_LIMITS: RealtimeLimits = {
  sockets: 1_000,
  channelsPerSocket: 100,
  eventsPerSecond: 500,
  httpMessagesPerSecond: 2_000,
  payloadBytes: 3_000_000,
  socketBufferBytes: 16_000_000,
  waitingFrames: 2_000,
  idleSeconds: 60,
};

/** A token bucket that holds one second's worth. `take` answers whether that many more fit now. */
export function rateLimit(perSecond: number, now: () => number = () => performance.now()) {
  let tokens = perSecond;
  let filledAt = now();

  return {
    take(count = 1): boolean {
      const at = now();
      tokens = Math.min(perSecond, tokens + ((at - filledAt) / 1_000) * perSecond);
      filledAt = at;
      if (count > tokens) return false;
      tokens -= count;
      return true;
    },
  };
}

export type RateLimit = ReturnType<typeof rateLimit>;
