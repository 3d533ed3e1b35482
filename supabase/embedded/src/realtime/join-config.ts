import { z } from 'zod';

/** Clients of some platforms send `"true"`. Whatever else stands where a flag should is no. */
const flag = (otherwise: boolean) => z.union([z.boolean(), z.stringbool()]).default(otherwise).catch(otherwise);

const Replay = z.object({
  /** Milliseconds since 1970. */
  since: z.int().nonnegative(),
  /** At most 25, as on Supabase. */
  limit: z.int().default(25),
});
export type Replay = z.infer<typeof Replay>;

const BroadcastConfig = z.object({
  ack: flag(false),
  self: flag(false),
  replay: z.unknown().optional(),
  replication_ready: flag(false),
});

const PresenceConfig = z.object({ key: z.string().default('').catch(''), enabled: flag(true) });

const Config = z.object({
  broadcast: BroadcastConfig.default(BroadcastConfig.parse({})).catch(BroadcastConfig.parse({})),
  presence: PresenceConfig.default(PresenceConfig.parse({})).catch(PresenceConfig.parse({})),
  private: flag(false),
  postgres_changes: z.array(z.unknown()).default([]).catch([]),
});

const Join = z.object({
  config: Config.default(Config.parse({})).catch(Config.parse({})),
  access_token: z.string().optional().catch(undefined),
  user_token: z.string().optional().catch(undefined),
});
export type Join = z.infer<typeof Join>;

/** Reads what `phx_join` asks for. As on Supabase a part that makes no sense falls back to its default. */
export function parseJoin(payload: unknown): Join {
  return Join.catch(Join.parse({})).parse(payload);
}

/** Undefined: no replay asked. Null: asked in a way nobody can answer. */
export function parseReplay(replay: unknown): Replay | null | undefined {
  if (replay === undefined || replay === null) return undefined;
  const parsed = Replay.safeParse(replay);
  return parsed.success ? { ...parsed.data, limit: Math.min(Math.max(parsed.data.limit, 1), 25) } : null;
}
