import type { DB } from '@nexus/shared/platform';
import { type Selectable, sql } from 'kysely';
import type { WorkerPorts } from '../../platform/ports.ts';

export type RunRow = Selectable<DB['runs']>;

/** A worker that dies leaves its runs to others after this. */
export const LEASE_SECONDS = 60;
/** How late a cancel is noticed. */
const LOOK_INTERVAL_MS = 1000;
const RENEW_INTERVAL_MS = 15_000;
/** Clocks of two machines differ; a run is not left lying for that. */
const EARLY_MS = 2000;

/** Reasons of the aborted signal. */
export const LOST = 'lost';
export const CANCELED = 'canceled';

/** Takes a run that is open, due and nobody's; null when it is not. Leases are counted by the database's clock alone. */
export async function takeRun(
  ports: Pick<WorkerPorts, 'db' | 'now'>,
  { orgId, runId }: { orgId: string; runId: string },
): Promise<RunRow | null> {
  const due = new Date(ports.now().getTime() + EARLY_MS).toISOString();
  const row = await ports.db.transaction().execute((tx) =>
    tx
      .updateTable('runs')
      .set((eb) => ({
        lease: crypto.randomUUID(),
        leased_until: leaseEnd,
        state: 'running',
        wait: null,
        started_at: eb.fn.coalesce('started_at', eb.val(ports.now())),
      }))
      .where('id', '=', runId)
      .where('org_id', '=', orgId)
      .where('state', 'in', ['queued', 'running', 'waiting'])
      .where((eb) => eb.or([eb('lease', 'is', null), eb('leased_until', '<', sql<Date>`clock_timestamp()`)]))
      .where(sql<boolean>`(state <> 'waiting' or wait is null or (wait ->> 'until')::timestamptz <= ${due})`)
      .returningAll()
      .executeTakeFirst(),
  );
  return row ?? null;
}

export const leaseEnd = sql<Date>`clock_timestamp() + make_interval(secs => ${LEASE_SECONDS})`;

/** Renews the lease, and aborts when the run is canceled (`CANCELED`) or somebody else's, or gone (`LOST`). */
export function watchRun(ports: Pick<WorkerPorts, 'db' | 'log'>, { id, lease }: RunRow) {
  const controller = new AbortController();
  let isLooking = false;
  let renewedAt = performance.now();

  const look = async () => {
    if (isLooking || controller.signal.aborted) return;
    isLooking = true;
    try {
      const mustRenew = performance.now() - renewedAt >= RENEW_INTERVAL_MS;
      const beganAt = performance.now();
      const row = await ports.db.transaction().execute((tx) => {
        const columns = ['lease', 'cancel_requested'] as const;
        if (!mustRenew) return tx.selectFrom('runs').select(columns).where('id', '=', id).executeTakeFirst();
        const renewal = tx.updateTable('runs').set({ leased_until: leaseEnd }).where('id', '=', id);
        return renewal.where('lease', '=', lease).returning(columns).executeTakeFirst();
      });
      if (mustRenew) renewedAt = beganAt;
      if (!row || row.lease !== lease) controller.abort(LOST);
      else if (row.cancel_requested) controller.abort(CANCELED);
    } catch (error) {
      ports.log({ event: 'run-look-failed', runId: id, error: String(error) });
      // Others may have it by now.
      if (performance.now() - renewedAt > LEASE_SECONDS * 1000) controller.abort(LOST);
    } finally {
      isLooking = false;
    }
  };
  const timer = setInterval(() => void look(), LOOK_INTERVAL_MS);

  return {
    signal: controller.signal,
    abort: (reason: string) => controller.abort(reason),
    stop: () => clearInterval(timer),
  };
}
