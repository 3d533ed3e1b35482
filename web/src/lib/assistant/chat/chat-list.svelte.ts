import type { ChatSummary } from '@nexus/shared/assistant';
import type { NexusApp } from '#lib/platform/app.svelte.ts';

export interface ChatPage {
  chats: ChatSummary[];
  nextCursor: string | null;
}

/** The chats beside a conversation: one's own or those that others share, found by words, page by page. */
export class ChatList {
  chats = $state.raw<ChatSummary[]>([]);
  query = $state('');
  which = $state<'own' | 'shared'>('own');
  isLoading = $state(false);
  #next = $state<string | null>(null);
  #asked = 0;

  constructor(
    private readonly app: NexusApp,
    first: ChatPage,
  ) {
    this.#take(first, []);
  }

  get hasMore(): boolean {
    return this.#next !== null;
  }

  /** Reads the first page anew; an answer that was overtaken by a later question is left. */
  async load(): Promise<void> {
    await this.#read([], null);
  }

  async more(): Promise<void> {
    await this.#read(this.chats, this.#next);
  }

  /** Puts a chat that was begun, asked or renamed in its place. */
  put(chat: ChatSummary): void {
    if (this.which !== 'own' || this.query.trim()) return;
    this.chats = [chat, ...this.chats.filter(({ id }) => id !== chat.id)].sort((a, b) =>
      b.askedAt.localeCompare(a.askedAt),
    );
  }

  async #read(before: ChatSummary[], cursor: string | null): Promise<void> {
    const asked = ++this.#asked;
    this.isLoading = true;
    const query = new URLSearchParams({ limit: '30', which: this.which });
    if (this.query.trim()) query.set('q', this.query.trim());
    if (cursor) query.set('cursor', cursor);
    try {
      const page = await this.app.api.get<ChatPage>(`/chats?${query}`);
      if (asked === this.#asked) this.#take(page, before);
    } finally {
      if (asked === this.#asked) this.isLoading = false;
    }
  }

  #take(page: ChatPage, before: ChatSummary[]): void {
    this.chats = [...before, ...page.chats];
    this.#next = page.nextCursor;
  }
}
