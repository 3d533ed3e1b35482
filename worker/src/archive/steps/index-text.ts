import { embedItem, openEmbedder, replaceChunks, type Usage } from '@nexus/shared/assistant';
import { isProblem } from '@nexus/shared/platform';
import { z } from 'zod';
import { connectionsOf, SYSTEM } from '../../platform/connections.ts';
import { recordUsage } from '../record-usage.ts';
import { replaceWarning } from '../replace-warning.ts';
import type { Step, StepIo, StepItem } from '../step.ts';

/** What `index` leaves. */
const Indexed = z.object({ chunkCount: z.number(), embedder: z.string().optional(), warning: z.string().nullable() });
type Indexed = z.infer<typeof Indexed>;

/** Makes the words findable: chunks with their word index, and vectors when an embedder is connected. */
export const indexText: Step = {
  name: 'index',
  stallSeconds: 900,

  // The title stands in front of every chunk; the transcript's output names its version.
  inputs: ({ row, outputs }) => [outputs.normalise, outputs.transcribe, row.title, row.language],

  async run({ row, outputs }, io) {
    const { db } = io.ports;
    const outcome = await db.transaction().execute((tx) => replaceChunks(tx, { orgId: row.org_id, itemId: row.id }));
    io.log.set({ chunks: outcome.chunkCount, newChunks: outcome.newCount });
    io.progress(0.5);
    const { usage, embedder, warning = null } = outcome.chunkCount > 0 ? await embed(row, io) : {};
    const before = Indexed.safeParse(outputs.index).data?.warning ?? null;

    return {
      outcome: 'done',
      output: { chunkCount: outcome.chunkCount, embedder, warning } satisfies Indexed,
      async apply(tx) {
        if (warning !== before) {
          const warnings = replaceWarning(row.warnings, before, warning);
          await tx.updateTable('items').set({ warnings }).where('id', '=', row.id).execute();
        }
        if (usage && usage.inputTokens > 0) {
          const quantity = usage.inputTokens;
          await recordUsage(tx, row, { kind: 'embed', adapter: embedder ?? null, quantity, unit: 'tokens' });
        }
      },
    };
  },
};

/** Vectors of the first connected embedder. A refusal becomes a warning: words can be searched all the same. */
async function embed(
  row: StepItem['row'],
  io: StepIo,
): Promise<{ usage?: Usage; embedder?: string; warning?: string }> {
  const [connection] = await connectionsOf(io.ports, row.org_id, 'embedder');
  if (!connection) return {};
  try {
    const embedder = openEmbedder(connection.adapter, connection);
    const { usage } = await embedItem(
      { orgId: row.org_id, actor: SYSTEM, db: io.ports.db },
      { itemId: row.id, embedder, signal: io.signal, onProgress: (share) => io.progress(0.5 + share / 2) },
    );
    return { usage, embedder: embedder.id };
  } catch (error) {
    if (!isProblem(error, 'upstream-refused', 'not-configured')) throw error;
    return { warning: `Only words can be searched: ${connection.label} was not used. ${error.detail}` };
  }
}
