import { z } from 'zod';
import type { RealtimeDatabase } from './authorization.ts';
import { jsonBroadcast } from './broadcast.ts';
import type { Hub } from './hub.ts';

/** Matches `realtime.notify_of_message()` in schema.sql: a whole message, or id and size of one too large for a notice. */
const Notice = z.union([
  z.object({ id: z.string(), topic: z.string(), event: z.string(), private: z.boolean(), payload: z.unknown() }),
  z.object({ id: z.string(), bytes: z.number() }),
]);
type Notice = z.infer<typeof Notice>;
type StoredBroadcast = Extract<Notice, { topic: string }>;

/** Messages sent per turn of the event loop, so that 1,000 rows of one transaction do not hold up everything else. */
const MESSAGES_PER_TURN = 100;
/** How much of the large rows is read and sent per turn, one row at least: a client that reads gets time to do so. */
const BYTES_PER_TURN = 1_000_000;

export interface MessageFeed {
  /** Settled once the database's notices arrive. */
  ready: Promise<void>;
  stop(): Promise<void>;
}

/** Publishes each committed message of realtime.messages, in the order of the commits and of the rows in each. */
export function followMessages(hub: Pick<Hub, 'database' | 'publish' | 'log'>): MessageFeed {
  const waiting: Notice[] = [];
  let stopped = false;
  let draining: Promise<void> | undefined;

  const listening = hub.database.listen('realtime_messages', (text) => {
    const notice = Notice.safeParse(parse(text));
    if (!notice.success) return hub.log({ event: 'realtime.notice-unreadable' });
    waiting.push(notice.data);
    draining ??= drain().finally(() => (draining = undefined));
  });

  async function drain(): Promise<void> {
    while (waiting.length > 0 && !stopped) {
      // A turn first: a join that has just read the stored messages starts listening before the next message goes out.
      await new Promise((resolve) => setImmediate(resolve));
      try {
        await publishNext();
      } catch (error) {
        if (!stopped) hub.log({ event: 'realtime.messages-lost', problem: String(error) });
      }
    }
  }

  async function publishNext(): Promise<void> {
    const page = nextPage();
    const ids = page.flatMap((notice) => ('topic' in notice ? [] : [notice.id]));
    const rows = ids.length > 0 ? await readMessages(hub.database, ids) : undefined;
    for (const notice of page) send('topic' in notice ? notice : rows?.get(notice.id));
  }

  function nextPage(): Notice[] {
    let bytes = 0;
    const end = waiting.findIndex((notice, index) => {
      bytes += 'topic' in notice ? 0 : notice.bytes;
      return index >= MESSAGES_PER_TURN || (index > 0 && bytes > BYTES_PER_TURN);
    });
    return waiting.splice(0, end === -1 ? waiting.length : end);
  }

  function send(message: StoredBroadcast | undefined): void {
    if (!message) return;
    const { id, topic, event, payload } = message;
    const envelope = { type: 'broadcast', event, payload, meta: { id } };
    hub.publish(jsonBroadcast({ id, topic, isPrivate: message.private, envelope }));
  }

  return {
    ready: listening.then(() => undefined),
    async stop() {
      stopped = true;
      await draining;
      // A failed LISTEN was told through `ready`; there is nothing to end then.
      const [outcome] = await Promise.allSettled([listening]);
      if (outcome.status === 'fulfilled') await outcome.value();
    },
  };
}

async function readMessages(database: RealtimeDatabase, ids: string[]): Promise<Map<string, StoredBroadcast>> {
  const { rows } = await database.query<{ id: string; message: string }>(
    `select id, jsonb_build_object('id', id, 'topic', topic, 'event', event, 'private', coalesce(private, false),
            'payload', payload)::text as message
       from realtime.messages where id = any($1::uuid[])`,
    [ids],
  );
  return new Map(rows.map(({ id, message }) => [id, JSON.parse(message)]));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
