import type { ItemOrder, ItemSummary } from '@nexus/shared/archive';

const byAge = (a: ItemSummary, b: ItemSummary) => b.createdAt.localeCompare(a.createdAt) || b.id.localeCompare(a.id);

const COMPARE: Record<ItemOrder, (a: ItemSummary, b: ItemSummary) => number> = {
  newest: byAge,
  oldest: (a, b) => byAge(b, a),
  title: (a, b) => a.title.localeCompare(b.title, undefined, { numeric: true }) || byAge(a, b),
  largest: (a, b) => (b.sizeBytes ?? -1) - (a.sizeBytes ?? -1) || byAge(a, b),
  changed: (a, b) => b.updatedAt.localeCompare(a.updatedAt) || byAge(a, b),
  longest: (a, b) => (b.durationSeconds ?? -1) - (a.durationSeconds ?? -1) || byAge(a, b),
};

/** As the API sorts them: keeps rows that come live in their place. */
export const sortItems = (items: readonly ItemSummary[], order: ItemOrder): ItemSummary[] =>
  [...items].sort(COMPARE[order]);
