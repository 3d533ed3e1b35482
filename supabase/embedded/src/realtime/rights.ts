import { mayWrite, readableExtensions, type Extension } from './authorization.ts';
import type { Hub } from './hub.ts';
import type { Claims } from './tokens.ts';

/** What a channel's client may do on its topic: everything on a public one, what the policies say on a private one. */
export interface Rights {
  mayRead(extension: Extension): boolean;
  /** Asked of the database at the first use; the answer counts until the next token. */
  mayWrite(extension: Extension): Promise<boolean>;
  /** Asks the database for an extension the join did not ask for. */
  askToRead(extension: Extension): Promise<void>;
  /** Judges anew with these claims. False when a right to read is gone: then nothing has changed. */
  renew(claims: Claims): Promise<boolean>;
}

export const PUBLIC_RIGHTS: Rights = {
  mayRead: () => true,
  mayWrite: async () => true,
  askToRead: async () => {},
  renew: async () => true,
};

/** Judges by the policies on realtime.messages; null when they let the client read nothing of what it asks for. */
export async function privateRights(
  hub: Pick<Hub, 'database' | 'log'>,
  topic: string,
  claims: Claims,
  extensions: readonly Extension[],
): Promise<Rights | null> {
  const readableBy = (asker: Claims, wanted: readonly Extension[]) =>
    readableExtensions(hub.database, { topic, claims: asker }, wanted, hub.log);
  const asked = new Set(extensions);
  let current = claims;
  let readable = await readableBy(claims, extensions);
  let writable = new Map<Extension, boolean>();
  if (readable.size === 0) return null;

  return {
    mayRead: (extension) => readable.has(extension),

    async mayWrite(extension) {
      const known = writable.get(extension);
      if (known !== undefined) return known;
      const right = await mayWrite(hub.database, { topic, claims: current }, extension, hub.log);
      writable.set(extension, right);
      return right;
    },

    async askToRead(extension) {
      if (asked.has(extension)) return;
      asked.add(extension);
      readable = readable.union(await readableBy(current, [extension]));
    },

    async renew(next) {
      const allowed = await readableBy(next, [...asked]);
      if (!readable.isSubsetOf(allowed)) return false;
      current = next;
      readable = allowed;
      writable = new Map();
      return true;
    },
  };
}
