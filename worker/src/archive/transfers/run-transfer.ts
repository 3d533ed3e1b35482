import { isProblem, NexusError, type Tx } from '@nexus/shared/platform';
import type { TransferRow } from '@nexus/shared/archive';
import { type JobIo, SHUTDOWN } from '../../platform/handle.ts';
import type { WorkerPorts } from '../../platform/ports.ts';

/** With the queue's growing delays: half an hour of trying. */
const MOST_FAILURES = 5;

/** One attempt at an export or import. Whoever finds that another attempt has begun, or that the row is gone, ends. */
export interface TransferRun {
  readonly row: TransferRow;
  readonly ports: WorkerPorts;
  readonly signal: AbortSignal;
  /** Writes to the row in a transaction of the caller's, or in one of its own. Throws `canceled` when it is ours no more. */
  write(changes: TransferChange, tx?: Tx): Promise<void>;
}

export interface TransferChange {
  total?: number;
  finished?: number;
  format?: 'nexus' | 'earlier-nexus';
  parts?: string;
}

/** Begins an attempt, runs the work, and writes how it ended. What may pass is left to the queue. */
export async function runTransfer(
  payload: { orgId: string; transferId: string },
  ports: WorkerPorts,
  io: JobIo,
  work: (run: TransferRun) => Promise<void>,
): Promise<void> {
  const row = await begin(payload, ports);
  if (!row) return io.log.set({ outcome: 'gone' });
  const write = async (changes: object, tx?: Tx) => {
    const update = (within: Tx) =>
      within
        .updateTable('transfers')
        .set({ ...changes, updated_at: ports.now() })
        .where('id', '=', row.id)
        .where('attempt', '=', row.attempt)
        .executeTakeFirst();
    const { numUpdatedRows } = await (tx ? update(tx) : ports.db.transaction().execute(update));
    if (numUpdatedRows === 0n) throw new NexusError('canceled', 'It was canceled.');
  };

  try {
    await work({ row, ports, signal: io.signal, write });
    await write({ state: 'done', problem: null, finished_at: ports.now() });
    io.log.set({ outcome: 'done' });
  } catch (error) {
    if (isProblem(error, 'canceled')) return io.log.set({ outcome: 'canceled' });
    // The worker stops; the job goes back to the queue.
    if (io.signal.aborted && io.signal.reason === SHUTDOWN) throw error;
    const { code, detail, mayRetry } = isProblem(error) ? error : unexpected(error);
    const failures = row.failures + 1;
    const isOver = !mayRetry || failures >= MOST_FAILURES;
    const problem = JSON.stringify({ code, detail });
    await write({
      state: isOver ? 'failed' : 'working',
      problem,
      failures,
      ...(isOver && { finished_at: ports.now() }),
    });
    io.log.set({ outcome: 'failed', code, cause: error instanceof Error ? error.stack : undefined });
    if (!isOver) throw error;
  }
}

async function begin(
  payload: { orgId: string; transferId: string },
  ports: WorkerPorts,
): Promise<TransferRow | undefined> {
  return ports.db.transaction().execute((tx) =>
    tx
      .updateTable('transfers')
      .set((eb) => ({ state: 'working', attempt: eb('attempt', '+', 1) }))
      .where('id', '=', payload.transferId)
      .where('org_id', '=', payload.orgId)
      .where('state', 'in', ['queued', 'working'])
      .returningAll()
      .executeTakeFirst(),
  );
}

const unexpected = (error: unknown): NexusError =>
  new NexusError('internal', 'Something unexpected went wrong. It is tried again; the log of the server tells more.', {
    cause: error,
  });
