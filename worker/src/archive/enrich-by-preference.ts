import { enrichOffline, type Enrichment, type EnrichInput, openEnricher } from '@nexus/shared/assistant';
import { isProblem, type NexusError } from '@nexus/shared/platform';
import { connectionsOf } from '../platform/connections.ts';
import type { StepIo } from './step.ts';

/** A model that has been away for so many attempts is not waited for any longer: the offline method describes the item. */
const PATIENT_FAILURES = 4;
/** Nor one that asks for more than a quarter of an hour. */
const PATIENT_SECONDS = 900;

export interface Described {
  readonly enrichment: Enrichment;
  /** Why a connection was passed over, for the item's user. */
  readonly warning: string | null;
}

/**
 * By the first connected model that answers. When all that is left are passing problems they are worth a few attempts, so the
 * problem is thrown; after those, and for refusals, the offline method does it: an item must not be lost to a model.
 */
export async function enrichByPreference(
  input: EnrichInput,
  { orgId, failures }: { orgId: string; failures: number },
  io: StepIo,
): Promise<Described> {
  let warning: string | null = null;
  let passing: NexusError | undefined;
  for (const connection of await connectionsOf(io.ports, orgId, 'model')) {
    try {
      return { enrichment: await openEnricher(connection.adapter, connection).enrich(input), warning };
    } catch (error) {
      if (!isProblem(error, 'upstream-refused', 'not-configured', 'upstream-down', 'upstream-limited')) throw error;
      io.log.set({ refusedBy: connection.adapter, refusal: error.code });
      warning = `${connection.label} was not used: ${error.detail}`;
      if (error.mayRetry) passing ??= error;
    }
  }
  if (passing && failures < PATIENT_FAILURES && (passing.retryAfterSeconds ?? 0) <= PATIENT_SECONDS) throw passing;
  return { enrichment: await enrichOffline.enrich(input), warning };
}
