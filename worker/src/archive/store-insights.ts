import { storableText } from '@nexus/shared/archive';
import type { Enrichment } from '@nexus/shared/assistant';
import type { Tx } from '@nexus/shared/platform';

/** Writes what an enrichment found instead of what the last one did. Chapters that came with the recording stay. */
export async function storeInsights(
  tx: Tx,
  item: { id: string; org_id: string },
  { claims, chapters, isOffline }: Pick<Enrichment, 'claims' | 'chapters' | 'isOffline'>,
): Promise<void> {
  const origin = isOffline ? 'offline' : 'model';
  await tx.deleteFrom('insights').where('item_id', '=', item.id).execute();
  await tx.deleteFrom('chapters').where('item_id', '=', item.id).where('origin', '<>', 'source').execute();

  const kinds = Map.groupBy(claims, ({ kind }) => kind);
  const insights = [...kinds.values()].flatMap((ofKind) =>
    ofKind.map(({ kind, text, who, until, startSeconds, paragraph }, position) => ({
      org_id: item.org_id,
      item_id: item.id,
      kind,
      position,
      text: storableText(text),
      detail: JSON.stringify({
        ...(who === null ? {} : { who: storableText(who) }),
        ...(until === null ? {} : { until: storableText(until) }),
      }),
      start_seconds: startSeconds,
      paragraph,
      origin,
    })),
  );
  if (insights.length > 0) await tx.insertInto('insights').values(insights).execute();

  const fromSource = await tx
    .selectFrom('chapters')
    .select('position')
    .where('item_id', '=', item.id)
    .limit(1)
    .execute();
  if (fromSource.length > 0 || chapters.length === 0) return;
  const rows = chapters.map(({ title, startSeconds, endSeconds }, position) => ({
    org_id: item.org_id,
    item_id: item.id,
    position,
    start_seconds: startSeconds,
    end_seconds: endSeconds,
    title: storableText(title),
    origin,
  }));
  await tx.insertInto('chapters').values(rows).execute();
}
