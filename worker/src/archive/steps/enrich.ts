import { knownTags, newestSegments, storableText } from '@nexus/shared/archive';
import { costUsd, type Enrichment, OFFLINE_MODEL } from '@nexus/shared/assistant';
import type { Tx } from '@nexus/shared/platform';
import { sql } from 'kysely';
import { z } from 'zod';
import { enrichByPreference } from '../enrich-by-preference.ts';
import { recordUsage } from '../record-usage.ts';
import { renameUnlessGiven } from '../rename-unless-given.ts';
import { replaceWarning } from '../replace-warning.ts';
import type { Step, StepItem } from '../step.ts';
import { storeInsights } from '../store-insights.ts';

/** What `enrich` leaves. */
const Enriched = z.object({ model: z.string(), isOffline: z.boolean(), warning: z.string().nullable() });
type Enriched = z.infer<typeof Enriched>;

/** Title, summaries, tags, chapters and insights, by the first connected model that answers, else by the offline method. */
export const enrich: Step = {
  name: 'enrich',
  stallSeconds: 900,

  inputs: ({ row, outputs }) => [outputs.normalise, outputs.transcribe, row.title_given],

  async run(item, io) {
    const { row } = item;
    const known = await io.ports.db.transaction().execute((tx) => readKnown(tx, item));
    if (known.segments.length === 0) return { outcome: 'skipped' };
    const input = {
      ...known,
      title: row.title_given ? row.title : null,
      language: row.language_given ?? row.language,
      kind: row.kind === 'audio' || row.kind === 'video' ? ('recording' as const) : ('document' as const),
      signal: io.signal,
      onProgress: io.progress,
    };
    const { enrichment, warning } = await enrichByPreference(
      input,
      { orgId: row.org_id, failures: known.failures },
      io,
    );
    const before = Enriched.safeParse(item.outputs.enrich).data?.warning ?? null;
    io.log.set({ claims: enrichment.claims.length, gaps: Object.keys(enrichment.gaps).join(' ') });

    return {
      outcome: 'done',
      output: { model: enrichment.model, isOffline: enrichment.isOffline, warning } satisfies Enriched,
      async apply(tx) {
        await describeItem(tx, row, enrichment, replaceWarning(row.warnings, before, warning));
        await storeInsights(tx, row, enrichment);
        if (enrichment.title && mayRename(row, enrichment)) await renameUnlessGiven(tx, row.id, enrichment.title);
        if (enrichment.isOffline) return;
        const { model, usage, price } = enrichment;
        const quantity = usage.inputTokens + usage.outputTokens;
        const cost = costUsd(price, usage);
        await recordUsage(tx, row, { kind: 'enrich', adapter: model, quantity, unit: 'tokens', costUsd: cost });
      },
    };
  },
};

async function readKnown(tx: Tx, { row }: StepItem) {
  const segments = await newestSegments(tx, row.id);
  const step = await tx
    .selectFrom('item_steps')
    .select('failures')
    .where('item_id', '=', row.id)
    .where('name', '=', 'enrich')
    .executeTakeFirst();
  const ofSource = await tx
    .selectFrom('chapters')
    .select('position')
    .where('item_id', '=', row.id)
    .where('origin', '=', 'source')
    .limit(1)
    .execute();
  return {
    segments,
    failures: step?.failures ?? 0,
    wantsChapters: ofSource.length === 0,
    knownTags: await knownTags(tx, row.org_id),
  };
}

async function describeItem(
  tx: Tx,
  row: StepItem['row'],
  { summary, claims, tags, language, gaps, isOffline, model }: Enrichment,
  warnings: string[],
): Promise<void> {
  const points = claims.filter(({ kind }) => kind === 'point').map(({ text }) => storableText(text));
  await tx
    .updateTable('items')
    .set({
      summary: storableText(summary) || null,
      summary_long: points.join('\n') || null,
      // Whoever has chosen tags meanwhile keeps them.
      tags: sql`case when tags_given then tags else ${tags.map(storableText)}::text[] end`,
      language: row.language_given ?? language ?? row.language,
      enriched_by: isOffline ? OFFLINE_MODEL : model,
      enrichment_gaps: JSON.stringify(gaps),
      warnings,
    })
    .where('id', '=', row.id)
    .execute();
}

/** A file's name stays where only the offline method could replace it: a sentence is no better title. */
const mayRename = (row: StepItem['row'], { isOffline }: Enrichment): boolean =>
  !isOffline || row.original_name === null;
