/** What one channel tracks. `phx_ref` names this version of it; an update names the version it replaces. */
export interface PresenceMeta {
  phx_ref: string;
  phx_ref_prev?: string;
  [name: string]: unknown;
}

/** As on the wire: presence key → everything tracked under it. */
export type PresenceList = Record<string, { metas: PresenceMeta[] }>;

export interface PresenceDiff {
  joins: PresenceList;
  leaves: PresenceList;
}

interface Tracked {
  key: string;
  payload: string;
  meta: PresenceMeta;
}

/** Who is present where. `room` is a topic together with its privacy; `owner` is the channel that tracks, once per room. */
export function presenceTracker() {
  const rooms = new Map<string, Map<object, Tracked>>();
  // Clients tell entries apart by their references, also across a restart of the server: none may come again.
  const refPrefix = crypto.randomUUID().slice(0, 8);
  let lastRef = 0;

  return {
    /** Null when the same was already tracked. */
    track(room: string, owner: object, key: string, payload: Record<string, unknown>): PresenceDiff | null {
      const present = rooms.get(room) ?? new Map<object, Tracked>();
      rooms.set(room, present);
      const before = present.get(owner);
      const json = JSON.stringify(payload);
      if (before?.payload === json) return null;

      const meta: PresenceMeta = { ...payload, phx_ref: `${refPrefix}-${++lastRef}` };
      if (before) meta.phx_ref_prev = before.meta.phx_ref;
      present.set(owner, { key, payload: json, meta });
      return { joins: listOf([{ key, meta }]), leaves: listOf(before ? [before] : []) };
    },

    /** Null when the owner tracked nothing. */
    untrack(room: string, owner: object): PresenceDiff | null {
      const present = rooms.get(room);
      const before = present?.get(owner);
      if (!present || !before) return null;
      present.delete(owner);
      if (present.size === 0) rooms.delete(room);
      return { joins: listOf([]), leaves: listOf([before]) };
    },

    list(room: string): PresenceList {
      return listOf(rooms.get(room)?.values() ?? []);
    },
  };
}

export type PresenceTracker = ReturnType<typeof presenceTracker>;

/** Keys are the clients' own words, `__proto__` too: the record has no prototype. */
function listOf(tracked: Iterable<Pick<Tracked, 'key' | 'meta'>>): PresenceList {
  const list: PresenceList = Object.create(null);
  for (const { key, meta } of tracked) (list[key] ??= { metas: [] }).metas.push(meta);
  return list;
}
