import type { ItemSummary } from '@nexus/shared/archive';

export const ITEM_ORDERS = ['newest', 'oldest', 'title', 'longest'] as const;
export type ItemOrder = (typeof ITEM_ORDERS)[number];

const byAge = (a: ItemSummary, b: ItemSummary) => b.createdAt.localeCompare(a.createdAt) || b.id.localeCompare(a.id);

const COMPARE: Record<ItemOrder, (a: ItemSummary, b: ItemSummary) => number> = {
  newest: byAge,
  oldest: (a, b) => byAge(b, a),
  title: (a, b) => a.title.localeCompare(b.title, undefined, { numeric: true }) || byAge(a, b),
  longest: (a, b) => (b.durationSeconds ?? -1) - (a.durationSeconds ?? -1) || byAge(a, b),
};

export const sortItems = (items: readonly ItemSummary[], order: ItemOrder): ItemSummary[] =>
  [...items].sort(COMPARE[order]);
