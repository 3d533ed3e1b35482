import type { RealtimeDatabase } from './authorization.ts';
import type { Log } from './hub.ts';

/** Supabase keeps messages for three days. */
const KEEP_HOURS = 72;
/** Deleting 1,000 rows takes PGlite a few milliseconds; a longer statement would stop the whole process. */
const ROWS_PER_SLICE = 1_000;
const PAUSE_BETWEEN_SLICES_MS = 50;
const FIRST_AFTER_MS = 60_000;
const EVERY_MS = 3_600_000;

/** Deletes messages older than three days in slices and answers how many. */
export async function pruneMessages(database: RealtimeDatabase, rowsPerSlice = ROWS_PER_SLICE): Promise<number> {
  let deleted = 0;
  for (;;) {
    const { affectedRows = 0 } = await database.query(
      `delete from realtime.messages where id in (
         select id from realtime.messages
          where inserted_at < now() at time zone 'utc' - make_interval(hours => $1) order by inserted_at limit $2)`,
      [KEEP_HOURS, rowsPerSlice],
    );
    deleted += affectedRows;
    if (affectedRows < rowsPerSlice) return deleted;
    await Bun.sleep(PAUSE_BETWEEN_SLICES_MS);
  }
}

/** Prunes a minute after the start, when nobody waits for it any more, and every hour. The returned function stops. */
export function pruneRegularly(database: RealtimeDatabase, log: Log): () => void {
  const prune = () =>
    pruneMessages(database).catch((error: unknown) => {
      log({ event: 'realtime.prune-failed', problem: String(error) });
    });
  const first = setTimeout(prune, FIRST_AFTER_MS);
  const regular = setInterval(prune, EVERY_MS);
  first.unref();
  regular.unref();

  return () => {
    clearTimeout(first);
    clearInterval(regular);
  };
}
