import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type {
  BulkChange,
  BulkReport,
  Item,
  ItemChanged,
  ItemPage,
  ItemSummary,
  StepChanged,
} from '@nexus/shared/archive';
import { ApiProblem } from '#lib/platform/api.ts';
import type { NexusApp } from '#lib/platform/app.svelte.ts';
import { LiveRows } from '#lib/platform/live-rows.svelte.ts';
import type { LiveTopic } from '#lib/platform/live-topic.svelte.ts';
import { apiQueryOf, isFiltered, type LibraryFilter, readFilter } from './library-filter.ts';
import { type LibraryViewKind, rememberView } from './library-view-choice.ts';
import { sortItems } from './sort-items.ts';
import { currentStep, type CurrentStep } from './status.ts';

const PAGE = 50;
/** Rows in work whose step is asked for when the page opens; later ones tell it themselves. */
const ASK_STEPS_OF = 10;

/** What the API gives in one answer to a change of many. */
const BULK_AT_MOST = 500;

export function pathOf(filter: LibraryFilter, cursor?: string | null): string {
  const query = apiQueryOf(filter);
  query.set('limit', String(PAGE));
  if (cursor) query.set('cursor', cursor);
  return `/media?${query}`;
}

/** The library's rows, what is selected among them, and what can be done to them. */
export class Library {
  readonly #rows = new LiveRows<ItemSummary>();
  readonly steps = new SvelteMap<string, CurrentStep>();
  readonly selected = new SvelteSet<string>();
  nextCursor = $state<string | null>(null);
  view = $state<LibraryViewKind>('list');
  isLoadingMore = $state(false);
  /** False until the first page is there: skeletons until then. */
  isLoaded = $state(false);
  rows = $derived.by(() => {
    const present = this.#rows.list.filter(({ id }) => !this.app.leaving.has(id));
    return sortItems(present, this.#filter.sort);
  });
  #filter = $state.raw<LibraryFilter>(readFilter(new URLSearchParams()));

  constructor(private readonly app: NexusApp) {}

  get isFiltered(): boolean {
    return isFiltered(this.#filter);
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

  /** Kept for the next visit. */
  chooseView(view: LibraryViewKind): void {
    this.view = view;
    rememberView(view);
  }

  /** Does one thing to many items, asked in requests as large as the API takes. */
  async change(change: BulkChange): Promise<BulkReport> {
    const report: BulkReport = { done: [], refused: [] };
    for (let first = 0; first < change.ids.length; first += BULK_AT_MOST) {
      const ids = change.ids.slice(first, first + BULK_AT_MOST);
      const { done, refused } = await this.app.api.post<BulkReport>('/media/bulk', { ...change, ids });
      report.done.push(...done);
      report.refused.push(...refused);
    }
    await this.#catchUp();
    return report;
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
    const there = new Set(page.items.map(({ id }) => id));
    const last = page.nextCursor && page.items.at(-1);
    // In its order, what stands before the last row of the page and is not on the page is gone.
    const known = last
      ? sortItems([...this.#rows.list.filter(({ id }) => id !== last.id), last], this.#filter.sort)
      : [];
    const before = last ? known.slice(0, known.indexOf(last)) : this.#rows.list;
    const gone = before.filter(({ id }) => !there.has(id));
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
