import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { Item, ItemChanged, ItemSummary, StepChanged } from '@nexus/shared/archive';
import { ApiProblem } from '#lib/platform/api.ts';
import type { NexusApp } from '#lib/platform/app.svelte.ts';
import { LiveRows } from '#lib/platform/live-rows.svelte.ts';
import type { LiveTopic } from '#lib/platform/live-topic.svelte.ts';
import { sortItems, type ItemOrder } from './sort-items.ts';
import { currentStep, type CurrentStep } from './status.ts';

export interface ItemPage {
  items: ItemSummary[];
  nextCursor: string | null;
}

export interface LibraryFilter {
  q: string;
  status: string;
  kind: string;
}

const PAGE = 50;
/** An order other than the API's needs all rows; beyond this many the page says it sorted only these. */
const SORT_AT_MOST = 1000;
/** Rows in work whose step is asked for when the page opens; later ones tell it themselves. */
const ASK_STEPS_OF = 10;

export const pathOf = ({ q, status, kind }: LibraryFilter, cursor?: string | null): string => {
  const query = new URLSearchParams({ limit: String(PAGE) });
  for (const [name, value] of Object.entries({ q, status, kind, cursor })) if (value) query.set(name, value);
  return `/media?${query}`;
};

/** The library's rows, what is selected among them, and what can be done to them. */
export class Library {
  readonly #rows = new LiveRows<ItemSummary>();
  readonly steps = new SvelteMap<string, CurrentStep>();
  readonly selected = new SvelteSet<string>();
  nextCursor = $state<string | null>(null);
  order = $state<ItemOrder>('newest');
  isLoadingMore = $state(false);
  /** False until the first page is there: skeletons until then. */
  isLoaded = $state(false);
  rows = $derived.by(() => {
    const present = this.#rows.list.filter(({ id }) => !this.app.leaving.has(id));
    return sortItems(present, this.order);
  });
  #filter: LibraryFilter = { q: '', status: '', kind: '' };

  constructor(private readonly app: NexusApp) {}

  get isFiltered(): boolean {
    return Object.values(this.#filter).some(Boolean);
  }

  /** Shows a page as the server gave it. */
  show(page: ItemPage, filter: LibraryFilter): void {
    this.#filter = filter;
    this.#rows.replace(page.items);
    this.nextCursor = page.nextCursor;
    this.isLoaded = true;
    this.#keepSelectionVisible();
  }

  add(item: ItemSummary): void {
    if (!this.isFiltered) this.#rows.put(item);
  }

  async loadMore(): Promise<void> {
    if (!this.nextCursor || this.isLoadingMore) return;
    this.isLoadingMore = true;
    try {
      const page = await this.app.api.get<ItemPage>(pathOf(this.#filter, this.nextCursor));
      this.#rows.put(...page.items);
      this.nextCursor = page.nextCursor;
    } finally {
      this.isLoadingMore = false;
    }
  }

  async sortBy(order: ItemOrder): Promise<void> {
    this.order = order;
    while (order !== 'newest' && this.nextCursor && this.rows.length < SORT_AT_MOST) await this.loadMore();
  }

  /** Follows the live topic; the returned function stops. */
  follow(topic: LiveTopic): () => void {
    return this.#rows.follow(topic, {
      onEvent: (event, payload) => void this.#onEvent(event, payload),
      onCatchUp: () => this.#catchUp(),
    });
  }

  /** The first page anew, and what stood in it before but no longer does is gone. */
  async #catchUp(): Promise<void> {
    const page = await this.app.api.get<ItemPage>(pathOf(this.#filter));
    const oldest = page.nextCursor ? (page.items.at(-1)?.createdAt ?? '') : '';
    const there = new Set(page.items.map(({ id }) => id));
    const gone = this.#rows.list.filter(({ id, createdAt }) => createdAt >= oldest && !there.has(id));
    this.#rows.remove(...gone.map(({ id }) => id));
    this.#rows.put(...page.items);
    this.#keepSelectionVisible();
    await this.askSteps();
  }

  /** Which step the rows in work are at, for those the live topic has not told yet. */
  async askSteps(): Promise<void> {
    const unknown = this.rows.filter(({ id, status }) => status === 'working' && !this.steps.has(id));
    const items = await Promise.all(unknown.slice(0, ASK_STEPS_OF).map(({ id }) => this.#fetch(id)));
    for (const item of items) {
      const step = item && currentStep(item);
      if (step) this.steps.set(item.id, step);
    }
  }

  async #onEvent(event: string, payload: unknown): Promise<void> {
    if (event === 'step.changed') return this.#onStep(payload as StepChanged);
    if (!event.startsWith('item.')) return;
    const change = payload as ItemChanged;
    if (event === 'item.deleted') return this.#rows.remove(change.id);
    const known = this.#rows.get(change.id);
    if (known && change.updatedAt < known.updatedAt) return;
    // A title, summary or duration that was not there comes with the whole row.
    if (known && change.status === known.status && change.title === known.title) {
      this.#rows.patch(change.id, change);
      return;
    }
    if (known) this.#rows.patch(change.id, change);
    if (!known && this.isFiltered) return;
    const item = await this.#fetch(change.id);
    if (item) this.#rows.put(item);
  }

  #onStep({ itemId, name, state, progress }: StepChanged): void {
    if (state === 'working') this.steps.set(itemId, { name, progress });
    else if (this.steps.get(itemId)?.name === name) this.steps.delete(itemId);
  }

  /** Null when it was deleted meanwhile. */
  async #fetch(id: string): Promise<Item | null> {
    return this.app.api.get<Item>(`/media/${id}`).catch((error: unknown) => {
      if (error instanceof ApiProblem && error.status === 404) return null;
      throw error;
    });
  }

  toggle(id: string): void {
    if (!this.selected.delete(id)) this.selected.add(id);
  }

  toggleAll(): void {
    const isAll = this.rows.every(({ id }) => this.selected.has(id));
    this.selected.clear();
    if (!isAll) for (const { id } of this.rows) this.selected.add(id);
  }

  get selectedRows(): ItemSummary[] {
    return this.rows.filter(({ id }) => this.selected.has(id));
  }

  async retry(ids: readonly string[]): Promise<void> {
    const items = await Promise.all(ids.map((id) => this.app.api.post<Item>(`/media/${id}/retry`, {})));
    this.#rows.put(...items);
  }

  #keepSelectionVisible(): void {
    for (const id of this.selected) if (!this.#rows.get(id)) this.selected.delete(id);
  }
}
