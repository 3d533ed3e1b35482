import { openaiCompatible } from '../../../src/assistant/models/openai-compatible.ts';
import { type ChatEvent, type ChatMessage, type ChatModel, indexItem } from '../../../src/assistant/index.ts';
import { type Actor, type Context, databaseAs, ROLE_SCOPES } from '../../../src/platform/index.ts';
import type { ModelServer } from '../../loopback/model-server.ts';
import type { Library, NewItem, Organisation } from '../library.ts';

/** An organisation with people who ask. */
export interface ChatRoom {
  readonly org: Organisation;
  /** A member, who may ask. */
  readonly ctx: Context;
  /** Somebody more of the same organisation. */
  join(role?: 'member' | 'viewer'): Promise<Context>;
  /** Stores and indexes; returns the item's id. */
  add(item: NewItem): Promise<string>;
}

export async function openChatRoom(library: Library): Promise<ChatRoom> {
  const org = await library.foundOrg();
  const join = async (role: 'member' | 'viewer' = 'member'): Promise<Context> => {
    const userId = crypto.randomUUID();
    await library.kysely
      .insertInto('members')
      .values({ org_id: org.orgId, user_id: userId, role, email: `${role}@example.com` })
      .execute();
    const actor: Actor = { kind: 'user', userId, keyId: null, role, scopes: ROLE_SCOPES[role] };
    return {
      orgId: org.orgId,
      actor,
      db: databaseAs(library.kysely, { role: 'authenticated', sub: userId }),
      // A chat needs none of these.
      queue: null as never,
      storage: null as never,
      vault: null as never,
      log: { set: () => undefined },
      now: () => new Date(),
    };
  };
  return {
    org,
    ctx: await join(),
    join,
    async add(item) {
      const itemId = await org.addItem(item);
      await indexItem(org.worker, { itemId });
      return itemId;
    },
  };
}

/** A model behind a loopback server, as a connection would open it. */
export function loopbackModel(server: ModelServer, settings: Record<string, unknown> = {}): ChatModel {
  const model = openaiCompatible.create!({
    settings: { model: 'loopback', baseUrl: `${server.url}/v1`, ...settings },
    credentials: {},
  });
  return { label: 'Loopback', model };
}

export const OFFLINE: ChatModel = { label: 'Offline', model: null };

/** What a model answers when it is asked for searches. */
export const plan = (...queries: string[]) => ({ kind: 'text' as const, text: JSON.stringify({ queries }) });
export const say = (text: string) => ({ kind: 'text' as const, text });

/** Everything up to the end. */
export async function readAll(
  events: AsyncIterable<ChatEvent>,
): Promise<{ events: ChatEvent[]; message: ChatMessage; shown: string }> {
  const seen: ChatEvent[] = [];
  for await (const event of events) seen.push(event);
  const last = seen.at(-1);
  if (last?.type !== 'end') throw new Error(`The answer ended with ${last?.type ?? 'nothing'}.`);
  return {
    events: seen,
    message: last.message,
    shown: seen.map((event) => (event.type === 'text' ? event.text : '')).join(''),
  };
}
