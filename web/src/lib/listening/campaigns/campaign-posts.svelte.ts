import type { CampaignPost, CampaignPostPage, MatchState } from '@nexus/shared/listening';
import type { NexusApp } from '#lib/platform/app.svelte.ts';

/** As chosen in selects; empty: any. */
export interface PostFilter {
  state: MatchState | '';
  intent: string;
  minRelevance: string;
  thumb: '' | 'up' | 'down';
  sort: '' | 'relevance';
}

export const NO_FILTER: PostFilter = { state: '', intent: '', minRelevance: '', thumb: '', sort: '' };

/** The posts a campaign met, with what was judged of each. */
export class CampaignPosts {
  posts = $state.raw<CampaignPost[]>([]);
  filter = $state<PostFilter>({ ...NO_FILTER });
  isLoading = $state(false);
  #next = $state<string | null>(null);
  /** An answer to a question that is no longer asked is dropped. */
  #asked = 0;

  constructor(
    private readonly app: NexusApp,
    private readonly campaignId: string,
    first: CampaignPostPage,
  ) {
    this.posts = first.posts;
    this.#next = first.nextCursor;
  }

  get hasMore(): boolean {
    return this.#next !== null;
  }

  get isFiltered(): boolean {
    const { sort: _, ...chosen } = this.filter;
    return Object.values(chosen).some((value) => value !== '');
  }

  /** From the top, as many as are shown; for a new filter, or when something was found or judged. */
  async reload(): Promise<void> {
    await this.#load(null, Math.max(PAGE, Math.min(this.posts.length, MOST)));
  }

  async more(): Promise<void> {
    if (this.#next && !this.isLoading) await this.#load(this.#next, PAGE);
  }

  async #load(cursor: string | null, limit: number): Promise<void> {
    const asked = ++this.#asked;
    this.isLoading = true;
    try {
      const query = new URLSearchParams({ limit: String(limit) });
      for (const [name, value] of Object.entries(this.filter)) if (value) query.set(name, value);
      if (cursor) query.set('cursor', cursor);
      const page = await this.app.api.get<CampaignPostPage>(`/campaigns/${this.campaignId}/posts?${query}`);
      if (asked !== this.#asked) return;
      this.posts = cursor ? [...this.posts, ...page.posts] : page.posts;
      this.#next = page.nextCursor;
    } finally {
      if (asked === this.#asked) this.isLoading = false;
    }
  }

  /** Shown at once; taken back when the API refuses. */
  async rate(postId: string, thumb: 1 | -1 | null): Promise<void> {
    const before = this.posts;
    const path = `/campaigns/${this.campaignId}/posts/${postId}/thumb`;
    this.posts = before.map((entry) =>
      entry.post.id === postId && entry.analysis ? { ...entry, analysis: { ...entry.analysis, thumb } } : entry,
    );
    try {
      if (thumb === null) await this.app.api.delete(path);
      else await this.app.api.put(path, { thumb });
    } catch (error) {
      this.posts = before;
      throw error;
    }
  }
}

const PAGE = 20;
/** As many as the API gives at once. */
const MOST = 200;
