import type { Conversation, ConversationPost } from '@nexus/shared/listening';
import type { NexusApp } from '#lib/platform/app.svelte.ts';
import type { LiveTopic } from '#lib/platform/live-topic.svelte.ts';
import { oneAtATime } from '../runs/one-at-a-time.ts';
import { conversationLines } from './conversation-tree.ts';

/** As many lines as are drawn at first, and with every "more". */
const LINES_AT_ONCE = 200;

/** One conversation as its page shows it: pages of posts loaded as they are needed, answers folded away as somebody wants. */
export class OpenConversation {
  about = $state.raw() as Omit<Conversation, 'posts'>;
  isLoading = $state(false);
  #collapsed = $state.raw<ReadonlySet<string>>(new Set());
  #posts = $state.raw<ConversationPost[]>([]);
  #shown = $state(LINES_AT_ONCE);
  #growing = $derived.by(() => (this.about.nextCursor === null ? new Set<string>() : this.#lastAndAbove()));
  #all = $derived.by(() => conversationLines(this.#posts, this.#collapsed));

  constructor(
    private readonly app: NexusApp,
    first: Conversation,
  ) {
    this.#take(first, []);
  }

  get lines() {
    return this.#all.slice(0, this.#shown);
  }

  /** Whether more answers below this post may come with the next page: those of a post follow right behind it. */
  isGrowing = (postId: string): boolean => this.#growing.has(postId);

  get loadedCount(): number {
    return this.#posts.length;
  }

  get hasMore(): boolean {
    return this.#shown < this.#all.length || this.about.nextCursor !== null;
  }

  get matches(): ConversationPost[] {
    return this.#posts.filter(({ isMatch }) => isMatch);
  }

  #take({ posts, ...about }: Conversation, before: readonly ConversationPost[]): void {
    this.about = about;
    const known = new Set(before.map(({ post }) => post.id));
    this.#posts = [...before, ...posts.filter(({ post }) => !known.has(post.id))];
  }

  /** While it is still being read, more comes with every change of a run. */
  follow(topic: LiveTopic): () => void {
    const refreshOpen = async () => {
      if (this.about.state === 'waiting' || this.about.state === 'reading') await this.refresh();
    };
    return topic.listen({
      onEvent: (event) => void (event === 'run.changed' && refreshOpen()),
      onCatchUp: refreshOpen,
    });
  }

  refresh = oneAtATime(async () => {
    const wanted = this.#posts.length;
    this.#take(await this.#page(null), []);
    while (this.about.nextCursor && this.#posts.length < wanted) await this.#loadPage();
  });

  /** Draws the next lines, and loads them first where they are not here yet. */
  async more(): Promise<void> {
    if (this.isLoading) return;
    this.isLoading = true;
    try {
      if (this.#shown + LINES_AT_ONCE > this.#all.length && this.about.nextCursor) await this.#loadPage();
      this.#shown = Math.min(this.#shown + LINES_AT_ONCE, Math.max(this.#all.length, LINES_AT_ONCE));
    } finally {
      this.isLoading = false;
    }
  }

  /** Draws as far as this post, loading what lies before it. False when it is not in the conversation. */
  async reveal(postId: string): Promise<boolean> {
    while (!this.#posts.some(({ post }) => post.id === postId)) {
      if (!this.about.nextCursor) return false;
      await this.#loadPage();
    }
    this.#unfold(postId);
    const at = this.#all.findIndex(({ id }) => id === postId);
    if (at >= this.#shown) this.#shown = at + LINES_AT_ONCE;
    return true;
  }

  #above(postId: string): string[] {
    const parents = new Map(this.#posts.map(({ post, parentId }) => [post.id, parentId]));
    const above: string[] = [];
    for (let id = parents.get(postId) ?? null; id !== null; id = parents.get(id) ?? null) above.push(id);
    return above;
  }

  #lastAndAbove(): Set<string> {
    const last = this.#posts.at(-1)?.post.id;
    return new Set(last === undefined ? [] : [last, ...this.#above(last)]);
  }

  /** What is above it is shown. */
  #unfold(postId: string): void {
    const above = this.#above(postId);
    const folded = [...this.#collapsed].filter((id) => !above.includes(id));
    if (folded.length < this.#collapsed.size) this.#collapsed = new Set(folded);
  }

  isCollapsed = (postId: string): boolean => this.#collapsed.has(postId);

  toggle(postId: string, isCollapsed = !this.isCollapsed(postId)): void {
    const others = [...this.#collapsed].filter((id) => id !== postId);
    this.#collapsed = new Set(isCollapsed ? [...others, postId] : others);
  }

  /** The first post and its direct answers stay. */
  collapseAll(): void {
    const answered = new Set(this.#posts.map(({ parentId }) => parentId));
    const folded = this.#posts.filter(({ post, parentId }) => parentId !== null && answered.has(post.id));
    this.#collapsed = new Set(folded.map(({ post }) => post.id));
  }

  expandAll(): void {
    this.#collapsed = new Set();
  }

  async #loadPage(): Promise<void> {
    this.#take(await this.#page(this.about.nextCursor), this.#posts);
  }

  #page(cursor: string | null): Promise<Conversation> {
    const query = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    return this.app.api.get<Conversation>(`/conversations/${this.about.id}?limit=200${query}`);
  }
}
