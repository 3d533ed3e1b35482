import { NexusError, type Tx } from '@nexus/shared/platform';
import { sql } from 'kysely';
import type { Rate } from './configuration.ts';

/** Takes one request out of a bucket. Throws `too-many-requests` with the time until the next may come. */
export async function takeToken(tx: Tx, bucket: string, { burst, perSecond }: Rate): Promise<void> {
  const { rows } = await sql<{ seconds: number }>`
    select private.take_token(${bucket}, ${burst}::float8, ${perSecond}::float8) as seconds`.execute(tx);
  refuseAfter(rows[0]?.seconds ?? 0);
}

function refuseAfter(seconds: number): void {
  if (seconds === 0) return;
  const retryAfterSeconds = Math.max(1, Math.ceil(seconds));
  throw new NexusError('too-many-requests', `Wait ${retryAfterSeconds} s, then try again.`, { retryAfterSeconds });
}
