import type { ItemStatus } from '@nexus/shared/archive';

const RESTING: ReadonlySet<ItemStatus> = new Set(['ready', 'failed', 'waiting', 'canceled', 'duplicate']);

/** Whether nothing works on it, now or soon. */
export const isResting = (status: ItemStatus): boolean => RESTING.has(status);
