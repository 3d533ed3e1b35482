import type { DuplicatePair, NewVerdict } from '@nexus/shared/archive';
import type { NexusApp } from '#lib/platform/app.svelte.ts';
import type { LiveTopic } from '#lib/platform/live-topic.svelte.ts';

export interface DuplicatePage {
  pairs: DuplicatePair[];
  nextCursor: string | null;
  openCount: number;
}

/** Enough for an evening; the rest moves up as these are answered. */
const PATH = '/media/duplicates?limit=50';

/** The open questions about items that sound alike, kept current by the live topic. */
export class DuplicateReview {
  pairs = $state.raw<DuplicatePair[]>([]);
  openCount = $state(0);
  #chosenId = $state<string>();
  /** The pair in front: the chosen one, or the first when that is answered. */
  current = $derived(this.pairs.find(({ id }) => id === this.#chosenId) ?? this.pairs[0]);

  constructor(
    private readonly app: NexusApp,
    page: DuplicatePage,
  ) {
    this.#take(page);
  }

  /** Signed addresses stay as they were: new ones would restart what plays. */
  #take(page: DuplicatePage): void {
    const known = new Map(this.pairs.map((pair) => [pair.id, pair]));
    this.pairs = page.pairs.map((pair) => known.get(pair.id) ?? pair);
    this.openCount = page.openCount;
  }

  follow(topic: LiveTopic): () => void {
    return topic.listen({
      onEvent: (event) => void (event === 'duplicate.changed' && this.refresh()),
      onCatchUp: () => this.refresh(),
    });
  }

  async refresh(): Promise<void> {
    this.#take(await this.app.api.get<DuplicatePage>(PATH));
  }

  choose(id: string): void {
    this.#chosenId = id;
  }

  /** One down or up the list. */
  move(by: 1 | -1): void {
    const at = this.pairs.findIndex(({ id }) => id === this.current?.id);
    const next = this.pairs[at + by];
    if (next) this.#chosenId = next.id;
  }

  async decide({ id }: DuplicatePair, verdict: NewVerdict): Promise<void> {
    await this.app.api.post<DuplicatePair>(`/media/duplicates/${id}/verdict`, verdict);
    // The rest comes with the live event.
    this.pairs = this.pairs.filter((pair) => pair.id !== id);
    this.openCount--;
  }

  async undo({ id }: DuplicatePair): Promise<void> {
    await this.app.api.delete(`/media/duplicates/${id}/verdict`);
    await this.refresh();
    this.#chosenId = id;
  }
}
