import { newestSegments } from '@nexus/shared/archive';
import { storableText } from '@nexus/shared/archive';
import { OFFLINE_MODEL, enrichOffline, type Enrichment, openEnricher } from '@nexus/shared/assistant';
import { isProblem } from '@nexus/shared/platform';
import { z } from 'zod';
import { sql } from 'kysely';
import { connectionsOf } from '../../platform/connections.ts';
import { renameUnlessGiven } from '../rename-unless-given.ts';
import { replaceWarning } from '../replace-warning.ts';
import { recordUsage } from '../record-usage.ts';
import type { Step, StepIo, StepItem } from '../step.ts';

/** What `enrich` leaves. */
const Enriched = z.object({ model: z.string(), isOffline: z.boolean(), warning: z.string().nullable() });
type Enriched = z.infer<typeof Enriched>;

/** Title, summary, tags and language, by the first connected model that answers, else by the offline method. */
export const enrich: Step = {
  name: 'enrich',
  stallSeconds: 900,

  inputs: ({ row, outputs }) => [outputs.normalise, outputs.transcribe, row.title_given],

  async run(item, io) {
    const { row } = item;
    const segments = await io.ports.db.transaction().execute((tx) => newestSegments(tx, row.id));
    if (segments.length === 0) return { outcome: 'skipped' };
    const { enrichment, warning } = await enrichByPreference(item, segments, io);
    const before = Enriched.safeParse(item.outputs.enrich).data?.warning ?? null;

    return {
      outcome: 'done',
      output: { model: enrichment.model, isOffline: enrichment.isOffline, warning } satisfies Enriched,
      async apply(tx) {
        await tx
          .updateTable('items')
          .set({
            summary: storableText(enrichment.summary) || null,
            // Whoever has chosen tags meanwhile keeps them.
            tags: sql`case when tags_given then tags else ${enrichment.tags.map(storableText)}::text[] end`,
            language: row.language_given ?? enrichment.language ?? row.language,
            enriched_by: enrichment.isOffline ? OFFLINE_MODEL : enrichment.model,
            warnings: replaceWarning(row.warnings, before, warning),
          })
          .where('id', '=', row.id)
          .execute();
        if (enrichment.title && mayRename(row, enrichment)) await renameUnlessGiven(tx, row.id, enrichment.title);
        if (enrichment.isOffline) return;
        const quantity = enrichment.usage.inputTokens + enrichment.usage.outputTokens;
        await recordUsage(tx, row, { kind: 'enrich', adapter: enrichment.model, quantity, unit: 'tokens' });
      },
    };
  },
};

async function enrichByPreference(
  { row }: StepItem,
  segments: Awaited<ReturnType<typeof newestSegments>>,
  io: StepIo,
): Promise<{ enrichment: Enrichment; warning: string | null }> {
  const input = {
    title: row.title_given ? row.title : null,
    segments,
    language: row.language_given ?? row.language,
    kind: row.kind === 'audio' || row.kind === 'video' ? ('recording' as const) : ('document' as const),
    signal: io.signal,
  };
  let warning: string | null = null;
  for (const connection of await connectionsOf(io.ports, row.org_id, 'model')) {
    try {
      return { enrichment: await openEnricher(connection.adapter, connection).enrich(input), warning };
    } catch (error) {
      // Something that may pass is worth waiting for; a refusal is not, and must not keep the item from being found.
      if (!isProblem(error, 'upstream-refused', 'not-configured')) throw error;
      io.log.set({ refusedBy: connection.adapter });
      warning = `${connection.label} was not used: ${error.detail}`;
    }
  }
  return { enrichment: await enrichOffline.enrich(input), warning };
}

/** A file's name stays where only the offline method could replace it: a sentence is no better title. */
const mayRename = (row: StepItem['row'], { isOffline }: Enrichment): boolean =>
  !isOffline || row.original_name === null;
