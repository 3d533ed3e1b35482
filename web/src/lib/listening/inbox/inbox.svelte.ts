import { SvelteSet } from 'svelte/reactivity';
import type {
  Opportunity,
  OpportunityBulk,
  OpportunityBulkReport,
  OpportunityChange,
  OpportunityCounts,
  OpportunityDetail,
  OpportunityPage,
} from '@nexus/shared/listening';
import { ApiProblem, ApiUnreachable } from '#lib/platform/api.ts';
import type { NexusApp } from '#lib/platform/app.svelte.ts';
import type { LiveTopic } from '#lib/platform/live-topic.svelte.ts';
import { oneAtATime } from '../runs/one-at-a-time.ts';
import { Bell } from './bell.ts';
import { countsPath, type InboxFilter, pagePath } from './inbox-filter.ts';

export const PAGE = 50;
/** As many as the API gives at once. */
const MOST_ROWS = 200;
/** A run opens hundreds at a time: one reload tells of all. */
const PAUSE_MS = 1000;
const CHECK_WITHIN_MS = 25_000;
/** When no event comes. */
const CHECK_POLL_MS = 2000;

/** The inbox's rows, the one that is open, and what can be done to them. */
export class Inbox {
  rows = $state.raw<readonly Opportunity[]>([]);
  counts = $state.raw<OpportunityCounts | null>(null);
  nextCursor = $state<string | null>(null);
  isLoadingMore = $state(false);
  readonly selected = new SvelteSet<string>();
  currentId = $state<string | null>(null);
  detail = $state.raw<OpportunityDetail | null>(null);
  /** With all there is to know, once that is loaded. */
  current = $derived<Opportunity | null>(
    this.detail?.id === this.currentId ? this.detail : (this.rows.find(({ id }) => id === this.currentId) ?? null),
  );
  #filter!: InboxFilter;
  /** Its draft is being written here: it stays where it is, although it is new no more. */
  #heldId: string | null = null;
  readonly #bell = new Bell();
  readonly reload = oneAtATime(() => this.#load(), PAUSE_MS);

  constructor(private readonly app: NexusApp) {}

  /** Shows a page as the server gave it. `open` comes from a link to one of them. */
  show(page: OpportunityPage, counts: OpportunityCounts, filter: InboxFilter, open: string | null): void {
    this.#filter = filter;
    this.rows = page.opportunities;
    this.nextCursor = page.nextCursor;
    this.counts = counts;
    this.selected.clear();
    const isThere = this.rows.some(({ id }) => id === this.currentId);
    this.open(open ?? (isThere ? this.currentId : (this.rows[0]?.id ?? null)));
  }

  follow(topic: LiveTopic): () => void {
    return topic.listen({
      onEvent: (event) => {
        if (!event.startsWith('opportunity')) return;
        this.#bell.ring();
        void this.reload();
      },
      onCatchUp: () => this.reload(),
    });
  }

  /** Makes one the current one; the page has the rest of it loaded. */
  open(id: string | null): void {
    if (this.#heldId !== id) this.#letGo();
    this.currentId = id;
  }

  move(by: 1 | -1): void {
    const at = this.rows.findIndex(({ id }) => id === this.currentId);
    const next = this.rows[Math.min(Math.max(at + by, 0), this.rows.length - 1)];
    if (next) this.open(next.id);
  }

  async loadMore(): Promise<void> {
    if (!this.nextCursor || this.isLoadingMore) return;
    this.isLoadingMore = true;
    try {
      const page = await this.app.api.get<OpportunityPage>(pagePath(this.#filter, PAGE, this.nextCursor));
      const known = new Set(this.rows.map(({ id }) => id));
      this.rows = [...this.rows, ...page.opportunities.filter(({ id }) => !known.has(id))];
      this.nextCursor = page.nextCursor;
    } finally {
      this.isLoadingMore = false;
    }
  }

  async change(id: string, change: OpportunityChange): Promise<Opportunity> {
    const changed = await this.app.api.patch<Opportunity>(`/opportunities/${id}`, change);
    if (change.draft !== undefined && id === this.currentId) this.#heldId = id;
    this.#put(changed);
    return changed;
  }

  /** Writes down that a reply leaves. */
  async act(id: string, act: { how: 'copied' | 'opened-link'; text: string; anyway: boolean }): Promise<void> {
    this.#put(await this.app.api.post<Opportunity>(`/opportunities/${id}/act`, act));
  }

  async changeMany(bulk: OpportunityBulk): Promise<OpportunityBulkReport> {
    const report = await this.app.api.post<OpportunityBulkReport>('/opportunities/bulk', bulk);
    this.selected.clear();
    await this.reload();
    return report;
  }

  /** Has the network asked, and waits for what it says. */
  async check(id: string): Promise<Opportunity> {
    const before = await this.app.api.post<Opportunity>(`/opportunities/${id}/check`);
    const until = Date.now() + CHECK_WITHIN_MS;
    for (;;) {
      await this.#bell.rings(CHECK_POLL_MS);
      const now = await this.app.api.get<OpportunityDetail>(`/opportunities/${id}`);
      if (now.postCheckedAt === before.postCheckedAt && Date.now() < until) continue;
      this.#put(now);
      return now.postCheckedAt === before.postCheckedAt ? { ...now, postState: 'unknown' } : now;
    }
  }

  async rate(id: string, thumb: 1 | -1 | null): Promise<void> {
    const { campaign, post } = this.rows.find((row) => row.id === id) ?? this.current!;
    const path = `/campaigns/${campaign.id}/posts/${post.id}/thumb`;
    if (thumb === null) await this.app.api.delete(path);
    else await this.app.api.put(path, { thumb });
    await this.reload();
  }

  toggle(id: string): void {
    if (!this.selected.delete(id)) this.selected.add(id);
  }

  async refreshDetail(): Promise<void> {
    if (this.currentId) await this.#loadDetail(this.currentId);
  }

  async #load(): Promise<void> {
    const filter = this.#filter;
    const limit = Math.min(Math.max(this.rows.length, PAGE), MOST_ROWS);
    const [page, counts] = await Promise.all([
      this.app.api.get<OpportunityPage>(pagePath(filter, limit)),
      this.app.api.get<OpportunityCounts>(countsPath(filter)),
      this.refreshDetail(),
    ]);
    if (filter !== this.#filter) return;
    this.counts = counts;
    this.nextCursor = page.nextCursor;
    const at = this.rows.findIndex(({ id }) => id === this.#heldId);
    const isMissing = at >= 0 && page.opportunities.every(({ id }) => id !== this.#heldId);
    this.rows = isMissing ? page.opportunities.toSpliced(at, 0, this.rows[at]!) : page.opportunities;
    for (const id of this.selected) if (!this.rows.some((row) => row.id === id)) this.selected.delete(id);
    if (this.currentId === null && this.rows[0]) this.open(this.rows[0].id);
  }

  async #loadDetail(id: string): Promise<void> {
    try {
      const detail = await this.app.api.get<OpportunityDetail>(`/opportunities/${id}`);
      if (id === this.currentId) this.detail = detail;
    } catch (error) {
      // The page says that the connection is lost; when it is back, all of it is loaded anew.
      if (error instanceof ApiUnreachable) return;
      if (!(error instanceof ApiProblem) || error.status !== 404) throw error;
      if (id === this.currentId) this.currentId = this.rows.find((row) => row.id !== id)?.id ?? null;
    }
  }

  /** What no longer belongs on this page leaves it, and the next one is current. */
  #put(changed: Opportunity): void {
    if (this.detail?.id === changed.id) this.detail = { ...this.detail, ...changed };
    const at = this.rows.findIndex(({ id }) => id === changed.id);
    if (at < 0) return;
    if (changed.state === this.#filter.state || this.#isHeld(changed)) {
      this.rows = this.rows.with(at, changed);
      return;
    }
    this.#heldId = null;
    this.selected.delete(changed.id);
    this.rows = this.rows.toSpliced(at, 1);
    if (this.currentId === changed.id) this.open((this.rows[at] ?? this.rows.at(-1))?.id ?? null);
  }

  #isHeld = ({ id, state }: Opportunity): boolean => id === this.#heldId && (state === 'new' || state === 'drafted');

  #letGo(): void {
    const held = this.rows.find(({ id }) => id === this.#heldId);
    this.#heldId = null;
    if (held && held.state !== this.#filter.state) this.rows = this.rows.filter((row) => row !== held);
  }
}
