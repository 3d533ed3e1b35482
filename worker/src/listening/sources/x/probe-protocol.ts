import { CampaignQuery } from '@nexus/shared/listening';
import { isProblem, NexusError } from '@nexus/shared/platform';
import type { WorkerPorts } from '../../../platform/ports.ts';
import { openSource } from '../../runs/source-io.ts';
import type { KnownOrg } from './known-org.ts';
import type { XProtocol } from './protocol.ts';

/** There is always somebody who has just written this. */
const ALWAYS_FOUND = 'the lang:en';
/** One account may be shown nothing; the next one in turn asks again. */
const TRIES = 2;

/**
 * Tries a small search that always finds something. Null: X can be read. A problem: it has changed. `unknown` when that cannot be told
 * now: no account is free, X has trouble of its own, or turns everybody away.
 */
export async function probeProtocol(
  ports: WorkerPorts,
  { orgId, baseUrl }: KnownOrg,
  protocol: XProtocol,
  signal: AbortSignal,
): Promise<NexusError | null | 'unknown'> {
  const spec = { source: 'x', credentialId: null, settings: { rawQuery: ALWAYS_FOUND, ...(baseUrl && { baseUrl }) } };
  await using open = await openSource(ports, spec, { orgId, runId: null, signal });
  const io = { ...open.io, storedProtocol: async () => protocol };
  try {
    const request = { query: CampaignQuery.parse({}), cursor: null, since: null, limit: 20 };
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const { hits } = await open.source.search(request, io);
      if (hits.length > 0) return null;
    }
    const detail = 'X has changed: it finds nothing where there always is something, and says no word about it.';
    return new NexusError('upstream-changed', detail);
  } catch (error) {
    if (!isProblem(error)) throw error;
    return error.code === 'upstream-changed' ? error : 'unknown';
  }
}
