import type { Tx } from '../platform/index.ts';
import { Chapter, Insight, InsightKind } from './insight-contracts.ts';

/** Chapters of an item in order. */
export async function readChapters(tx: Tx, itemId: string): Promise<Chapter[]> {
  const rows = await tx
    .selectFrom('chapters')
    .select(['position', 'start_seconds', 'end_seconds', 'title', 'origin'])
    .where('item_id', '=', itemId)
    .orderBy('position')
    .execute();
  return rows.map((row) =>
    Chapter.parse({
      position: row.position,
      startSeconds: row.start_seconds,
      endSeconds: row.end_seconds,
      title: row.title,
      origin: row.origin,
    }),
  );
}

/** Insights of an item by kind, each kind in its order. */
export async function readInsights(tx: Tx, itemId: string): Promise<Insight[]> {
  const rows = await tx
    .selectFrom('insights')
    .selectAll()
    .where('item_id', '=', itemId)
    .orderBy('kind')
    .orderBy('position')
    .execute();
  const insights = rows.map((row) => {
    const detail = (row.detail ?? {}) as { who?: string; until?: string };
    return Insight.parse({
      id: row.id,
      kind: row.kind,
      position: row.position,
      text: row.text,
      who: detail.who ?? null,
      until: detail.until ?? null,
      startSeconds: row.start_seconds,
      paragraph: row.paragraph,
      origin: row.origin,
    });
  });
  const order = InsightKind.options;
  return insights.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || a.position - b.position);
}
