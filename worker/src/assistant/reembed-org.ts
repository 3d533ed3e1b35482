import { embedMissing, queueReembedding, reembedOrg, writeIndexProblem } from '@nexus/shared/assistant';
import { isProblem, type NexusError } from '@nexus/shared/platform';
import { connectionsOf, SYSTEM } from '../platform/connections.ts';
import { handle, SHUTDOWN } from '../platform/handle.ts';
import type { WorkerPorts } from '../platform/ports.ts';

/** Of what another side asks for: a wrong date there must not put an organisation off for years. */
const LONGEST_DELAY_SECONDS = 3600;
const DELAY_SECONDS = 60;

/** A passing problem is waited out, any other told; both stand in the settings, and what was stored until then stays. */
export default handle(reembedOrg, async ({ orgId }, ports, { signal, log }) => {
  const [connection] = await connectionsOf(ports, orgId, 'embedder');
  if (!connection) return log.set({ outcome: 'no-embedder' });
  try {
    const { embeddedCount } = await embedMissing({ orgId, actor: SYSTEM, db: ports.db }, { connection, signal });
    await ports.db.transaction().execute((tx) => writeIndexProblem(tx, orgId, null));
    log.set({ outcome: 'done', embeddedCount });
  } catch (error) {
    if (signal.reason === SHUTDOWN) {
      // The queue would count it as a failure.
      await ports.db.transaction().execute((tx) => queueReembedding(ports, tx, orgId));
      return log.set({ outcome: 'handed-back' });
    }
    if (!isProblem(error)) throw error;
    const retryAt = await putOff(ports, orgId, connection.label, error);
    log.set({ outcome: retryAt ? 'put-off' : 'refused', code: error.code, retryAt });
  }
});

/** When it is tried again, if that makes sense. */
async function putOff(
  ports: WorkerPorts,
  orgId: string,
  label: string,
  problem: NexusError,
): Promise<Date | undefined> {
  const seconds = Math.min(LONGEST_DELAY_SECONDS, Math.max(1, problem.retryAfterSeconds ?? DELAY_SECONDS));
  const retryAt = problem.mayRetry ? new Date(ports.now().getTime() + seconds * 1000) : undefined;
  await ports.db.transaction().execute(async (tx) => {
    await writeIndexProblem(tx, orgId, `${label}: ${problem.detail}`);
    if (retryAt) await queueReembedding(ports, tx, orgId, retryAt);
  });
  return retryAt;
}
