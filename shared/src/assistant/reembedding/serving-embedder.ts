import {
  type Connection,
  type InstanceKeys,
  instanceConnections,
  isProblem,
  openConnections,
  type Tx,
  type Vault,
} from '../../platform/index.ts';
import type { Embedder } from '../embedder.ts';
import { openEmbedder } from '../embedders/index.ts';
import { readIndex } from './embedding-index.ts';

export interface ServingEmbedder {
  /** For questions: its vectors are those of the passages. Null: words alone. */
  readonly embedder: Embedder | null;
  /** Why there is none although one is connected, in words for a user. */
  readonly warning: string | null;
}

/**
 * The embedder whose vectors an organisation's passages have now. That is the connected one, or while another takes its place
 * the one before, as long as its connection is there. Needs a transaction as `service_role`.
 */
export async function openServingEmbedder(
  tx: Tx,
  { vault, keys }: { vault: Vault; keys: InstanceKeys },
  orgId: string,
): Promise<ServingEmbedder> {
  const own = await openConnections(tx, vault, orgId, 'embedder');
  return chooseServing([...own, ...instanceConnections(keys, 'embedder')], await readIndex(tx, orgId));
}

/** The first connection is the one that is wanted. */
export function chooseServing(
  connections: readonly Connection[],
  index: Awaited<ReturnType<typeof readIndex>>,
): ServingEmbedder {
  const [wanted] = connections;
  if (!wanted) return { embedder: null, warning: null };
  try {
    const embedder = openEmbedder(wanted.adapter, wanted);
    if (!index || index.embedder === embedder.id) return { embedder, warning: null };
    const before = connections.find((connection) => isTheSame(connection, index));
    if (before)
      return { embedder: openEmbedder(index.adapter, { ...before, settings: index.settings }), warning: null };
  } catch (error) {
    if (!isProblem(error, 'not-configured')) throw error;
    return { embedder: null, warning: error.detail };
  }
  return {
    embedder: null,
    warning: `The connection that read the passages (${index.embedder}) is gone, and ${wanted.label} is still reading them.`,
  };
}

/** A key goes only where its connection points now: the address it had before may be somebody else's. */
function isTheSame(
  { id, adapter, settings }: Connection,
  index: { credentialId: string | null; adapter: string; settings: Record<string, unknown> },
): boolean {
  return id === index.credentialId && adapter === index.adapter && settings.baseUrl === index.settings.baseUrl;
}
