import type { Chat, ChatEvent, ChatMessage, ChatScope, ChatSummary, Citation } from '@nexus/shared/assistant';
import { ApiProblem, ApiUnreachable } from '#lib/platform/api.ts';
import type { NexusApp } from '#lib/platform/app.svelte.ts';
import { readEvents } from './read-events.ts';

/** What the answer under way is at. */
export interface Progress {
  readonly at: 'planning' | 'searching' | 'reading' | 'writing';
  readonly queries: readonly string[];
  readonly passageCount: number;
}

/** An answer that another tab or a colleague waits for is asked after so often. */
const FOLLOW_MS = 2_000;

/** A chat as its page shows it, with the answer that is being written. */
export class Conversation {
  chat = $state.raw<ChatSummary | null>(null);
  messages = $state.raw<ChatMessage[]>([]);
  progress = $state.raw<Progress | null>(null);
  /** Why a question could not be asked; one that was asked has its problem in the answer. */
  failure = $state.raw<unknown>(null);
  /** What plays, and a number that changes with every click. */
  playing = $state.raw<{ citation: Citation; click: number } | null>(null);
  #abort: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly app: NexusApp,
    /** Called when a chat has begun or was asked again. */
    private readonly onAsked: (chat: ChatSummary) => void,
  ) {}

  get isBusy(): boolean {
    return this.progress !== null;
  }

  /** Shows another chat, or with null an empty page. The one that is shown stays as it is. */
  show(chat: Chat | null): void {
    if (chat && chat.id === this.chat?.id) return;
    this.#abort?.abort();
    this.progress = null;
    this.failure = null;
    this.playing = null;
    this.#set(chat);
  }

  #set(chat: Chat | null): void {
    this.chat = chat;
    this.messages = chat?.messages ?? [];
    this.#followElsewhere();
  }

  async ask(question: string, scope: ChatScope): Promise<boolean> {
    return this.#answer('/chat', this.chat ? { question, chatId: this.chat.id } : { question, scope });
  }

  async regenerate(): Promise<void> {
    if (this.chat) await this.#answer(`/chats/${this.chat.id}/regenerate`, undefined);
  }

  /** What is written stays. The answer ends at the server, and with it here. */
  async stop(): Promise<void> {
    if (!this.chat) return this.#abort?.abort();
    await this.app.api.post(`/chats/${this.chat.id}/stop`);
  }

  /** Leaving the page stops what it waits for. */
  leave(): void {
    clearTimeout(this.#timer);
    this.#abort?.abort();
  }

  play(citation: Citation): void {
    this.playing = { citation, click: (this.playing?.click ?? 0) + 1 };
  }

  /** Whether the question was taken: one that was not stays in its field. */
  async #answer(path: string, body: unknown): Promise<boolean> {
    if (this.isBusy) return false;
    const abort = new AbortController();
    this.#abort = abort;
    this.failure = null;
    this.progress = { at: 'planning', queries: [], passageCount: 0 };
    let isTaken = false;
    try {
      for await (const event of readEvents(await this.app.api.stream(path, body, { signal: abort.signal }))) {
        isTaken = true;
        this.#take(event);
      }
    } catch (error) {
      if (abort.signal.aborted) return isTaken;
      this.failure = error instanceof ApiProblem ? error : new ApiUnreachable('The answer broke off', { cause: error });
    } finally {
      if (this.#abort === abort) this.progress = null;
    }
    // Whatever ended it without its last event: the server knows how it stands.
    if (!abort.signal.aborted && isTaken && this.messages.at(-1)?.state === 'streaming') await this.#reload();
    return isTaken;
  }

  #take(event: ChatEvent): void {
    switch (event.type) {
      case 'start': {
        const known = this.messages.filter(({ id }) => id !== event.question.id);
        const earlier = known.filter(({ position }) => position === event.question.position + 1);
        this.chat = event.chat;
        this.messages = [
          ...known,
          event.question,
          emptyAnswer(event.messageId, event.question.position + 1, earlier.length + 1),
        ].sort((a, b) => a.position - b.position || a.version - b.version);
        this.onAsked(event.chat);
        break;
      }
      case 'status':
        this.progress = { at: event.status, queries: event.queries, passageCount: this.progress?.passageCount ?? 0 };
        break;
      case 'passages':
        this.progress = { at: 'reading', queries: [], passageCount: event.count };
        break;
      case 'citation':
        this.#change((answer) => ({ ...answer, citations: [...answer.citations, event.citation] }));
        break;
      case 'text':
        this.#change((answer) => ({ ...answer, text: answer.text + event.text }));
        break;
      case 'end':
        this.#change(() => event.message);
        break;
    }
  }

  #change(change: (answer: ChatMessage) => ChatMessage): void {
    this.messages = this.messages.map((message) => (message.state === 'streaming' ? change(message) : message));
  }

  async #reload(): Promise<void> {
    const chat = this.chat && (await this.app.api.get<Chat>(`/chats/${this.chat.id}`));
    if (chat && chat.id === this.chat?.id) this.#set(chat);
  }

  #followElsewhere(): void {
    clearTimeout(this.#timer);
    if (this.isBusy || this.messages.at(-1)?.state !== 'streaming') return;
    this.#timer = setTimeout(() => {
      this.#reload().catch((error: unknown) => (this.failure = error));
    }, FOLLOW_MS);
  }
}

function emptyAnswer(id: string, position: number, version: number): ChatMessage {
  return {
    id,
    position,
    version,
    role: 'assistant',
    text: '',
    state: 'streaming',
    model: null,
    isOffline: false,
    isFound: null,
    queries: [],
    passageCount: 0,
    citations: [],
    unbacked: [],
    inputTokens: null,
    outputTokens: null,
    costUsd: null,
    warning: null,
    problem: null,
    createdAt: new Date().toISOString(),
  };
}
