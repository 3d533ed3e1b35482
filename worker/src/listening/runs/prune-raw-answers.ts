import { sql } from 'kysely';
import type { WorkerPorts } from '../../platform/ports.ts';

/** Long enough to be looked at and reported. */
const KEPT_DAYS = 30;

/** Answers as they came are large, and hold what people wrote. */
export async function pruneRawAnswers({ db }: Pick<WorkerPorts, 'db'>): Promise<void> {
  await db.transaction().execute((tx) =>
    tx
      .deleteFrom('raw_answers')
      .where('created_at', '<', sql<Date>`now() - make_interval(days => ${KEPT_DAYS})`)
      .execute(),
  );
}
