import {
  chooseServing,
  costUsd,
  beginIndex,
  type Embedder,
  embedItem,
  LACKS_VECTORS,
  openEmbedder,
  queueReembedding,
  readIndex,
  replaceChunks,
  type Usage,
  writeIndexProblem,
} from '@nexus/shared/assistant';
import { type Connection, isProblem } from '@nexus/shared/platform';
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
    const embedded = outcome.chunkCount > 0 ? await embed(row, io) : [];
    const warning = embedded.find((done) => done.warning)?.warning ?? null;
    const retryAt = embedded.find((done) => done.retryAt)?.retryAt;
    const before = Indexed.safeParse(outputs.index).data?.warning ?? null;

    return {
      outcome: 'done',
      output: { chunkCount: outcome.chunkCount, embedder: embedded[0]?.embedder?.id, warning } satisfies Indexed,
      async apply(tx) {
        if (warning !== before) {
          const warnings = replaceWarning(row.warnings, before, warning);
          await tx.updateTable('items').set({ warnings }).where('id', '=', row.id).execute();
        }
        if (warning) await writeIndexProblem(tx, row.org_id, warning);
        if (retryAt) await queueReembedding(io.ports, tx, row.org_id, retryAt);
        for (const { usage, embedder } of embedded) {
          if (!usage || !embedder || usage.inputTokens === 0) continue;
          const [quantity, cost] = [usage.inputTokens, costUsd(embedder.price, usage)];
          await recordUsage(tx, row, { kind: 'embed', adapter: embedder.id, quantity, unit: 'tokens', costUsd: cost });
        }
      },
    };
  },
};

interface Embedded {
  readonly embedder?: Embedder;
  readonly usage?: Usage;
  readonly warning?: string;
  readonly retryAt?: Date;
}

/**
 * Vectors of the first connected embedder, and as long as another one serves search, of that one as well. A failure becomes a
 * warning, and is made up for in the background: words can be searched all the same, and nobody should wait for the rest.
 */
async function embed(row: StepItem['row'], io: StepIo): Promise<Embedded[]> {
  const connections = await connectionsOf(io.ports, row.org_id, 'embedder');
  const [wanted] = connections;
  if (!wanted) return [];
  const first = await embedBy(wanted, row, io);
  // Read after the chunks are stored: an index that is complete only now has either seen them, or is seen here.
  const index = await io.ports.db.transaction().execute((tx) => readIndex(tx, row.org_id));
  const { embedder: serving } = chooseServing(connections, index);
  if (!first.embedder || !serving || serving.id === first.embedder.id) return [first];
  try {
    return [first, { embedder: serving, usage: await embedWith(serving, row, io) }];
  } catch (error) {
    if (!isProblem(error)) throw error;
    io.log.set({ servingEmbedderProblem: error.code });
    return [first];
  }
}

async function embedBy(connection: Connection, row: StepItem['row'], io: StepIo): Promise<Embedded> {
  try {
    const embedder = openEmbedder(connection.adapter, connection);
    await io.ports.db.transaction().execute((tx) => beginIndex(tx, row.org_id, embedder.id, connection));
    return { embedder, usage: await embedWith(embedder, row, io) };
  } catch (error) {
    if (!isProblem(error) || io.signal.aborted) throw error;
    io.log.set({ embedderProblem: error.code });
    const seconds = Math.min(3600, error.retryAfterSeconds ?? 30);
    return {
      warning: `${LACKS_VECTORS} ${connection.label} was not used. ${error.detail}`,
      ...(error.mayRetry ? { retryAt: new Date(io.ports.now().getTime() + seconds * 1000) } : {}),
    };
  }
}

async function embedWith(embedder: Embedder, row: StepItem['row'], io: StepIo): Promise<Usage> {
  const { usage } = await embedItem(
    { orgId: row.org_id, actor: SYSTEM, db: io.ports.db },
    { itemId: row.id, embedder, signal: io.signal, onProgress: (share) => io.progress(0.5 + share / 2) },
  );
  return usage;
}
