import type { Run, RunPost } from '@nexus/shared/listening';
import { ApiProblem } from '#lib/platform/api.ts';
import type { NexusApp } from '#lib/platform/app.svelte.ts';
import type { LiveTopic } from '#lib/platform/live-topic.svelte.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { isRunOpen } from './run-stages.ts';

export interface RunPostPage {
  posts: RunPost[];
  nextCursor: string | null;
}

interface LoadedPage extends RunPostPage {
  /** What it was asked with. */
  cursor: string | null;
}

/** One run and what it found, kept current by the live topic. */
export class OpenRun {
  run = $state.raw() as Run;
  isGone = $state(false);
  isLoadingPosts = $state(false);
  #pages = $state.raw<LoadedPage[]>([]);

  constructor(
    private readonly app: NexusApp,
    run: Run,
    first?: RunPostPage,
  ) {
    this.run = run;
    if (first) this.#pages = [{ cursor: null, ...first }];
  }

  get posts(): RunPost[] {
    return this.#pages.flatMap(({ posts }) => posts);
  }

  get hasMorePosts(): boolean {
    return (this.#pages.at(-1)?.nextCursor ?? null) !== null;
  }

  get isOpen(): boolean {
    return isRunOpen(this.run.state);
  }

  get path(): string {
    return `/runs/${this.run.id}`;
  }

  /** Follows the live topic; the returned function stops. */
  follow(topic: LiveTopic): () => void {
    const stop = topic.listen({
      onEvent: (event, payload) => {
        if (!event.startsWith('run.') || (payload as { id: string }).id !== this.run.id) return;
        if (event === 'run.deleted') this.isGone = true;
        else void this.refresh();
      },
      onCatchUp: () => this.refresh(),
    });
    // A short run can end between the load of the page and this moment.
    if (this.isOpen) void this.refresh();
    return stop;
  }

  /** The run as it is now, and the posts that came meanwhile. */
  refresh = oneAtATime(async () => {
    const before = this.run.counts;
    try {
      this.run = await this.app.api.get<Run>(this.path);
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.status !== 404) throw error;
      this.isGone = true;
      return;
    }
    const { found, dropped } = this.run.counts;
    const isGrown = found !== before.found || dropped !== before.dropped;
    // Where a page has a next one already, new posts come behind it.
    if ((isGrown || this.#pages.length === 0) && !this.hasMorePosts)
      await this.#load(this.#pages.at(-1)?.cursor ?? null);
  });

  async loadMorePosts(): Promise<void> {
    const last = this.#pages.at(-1);
    if (!last?.nextCursor || this.isLoadingPosts) return;
    this.isLoadingPosts = true;
    try {
      await this.#load(last.nextCursor);
    } finally {
      this.isLoadingPosts = false;
    }
  }

  /** Adds the page of a cursor or takes its newer version. */
  async #load(cursor: string | null): Promise<void> {
    const query = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page = await this.app.api.get<RunPostPage>(`${this.path}/posts?limit=50${query}`);
    const at = this.#pages.findIndex((known) => known.cursor === cursor);
    this.#pages = this.#pages.toSpliced(at === -1 ? this.#pages.length : at, at === -1 ? 0 : 1, { cursor, ...page });
  }

  async cancel(): Promise<void> {
    this.run = { ...this.run, isCanceling: true };
    try {
      await this.app.api.post(`${this.path}/cancel`, {});
    } finally {
      await this.refresh();
    }
  }
}
