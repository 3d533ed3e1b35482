import { sql } from 'kysely';
import type { WorkerPorts } from '../../platform/ports.ts';

/** Long enough to be looked at and reported. */
const ANSWERS_DAYS = 30;
/** Whoever tried a query has made a campaign of it by then, or not. */
const PREVIEWS_DAYS = 7;

/** Answers as they came are large, and hold what people wrote; previews have served their time. The posts stay. */
export async function pruneRuns({ db }: Pick<WorkerPorts, 'db'>): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await tx
      .deleteFrom('raw_answers')
      .where('created_at', '<', sql<Date>`now() - make_interval(days => ${ANSWERS_DAYS})`)
      .execute();
    await tx
      .deleteFrom('runs')
      .where('kind', '=', 'preview')
      .where('finished_at', '<', sql<Date>`now() - make_interval(days => ${PREVIEWS_DAYS})`)
      .execute();
  });
}
