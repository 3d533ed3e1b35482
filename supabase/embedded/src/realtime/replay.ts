import type { RealtimeDatabase } from './authorization.ts';
import type { Replay } from './join-config.ts';

export interface StoredMessage {
  id: string;
  event: string;
  payload: unknown;
}

/** The last messages the database sent to a private topic since then, oldest first. Rows of one transaction share their
 * time; their place in the table then tells the order. */
export async function storedMessages(
  database: RealtimeDatabase,
  topic: string,
  { since, limit }: Replay,
): Promise<StoredMessage[]> {
  const { rows } = await database.query<{ id: string; event: string; payload: string }>(
    `select id, event, payload::text as payload from realtime.messages
      where topic = $1 and private and extension = 'broadcast' and event is not null and payload is not null
        and inserted_at >= to_timestamp($2::float8 / 1000) at time zone 'utc'
      order by inserted_at desc, ctid desc limit $3`,
    [topic, since, limit],
  );
  return rows.reverse().map(({ id, event, payload }) => ({ id, event, payload: JSON.parse(payload) }));
}
