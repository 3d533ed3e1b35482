import type {
  ItemSpeaker,
  ItemSpeakerMerge,
  ItemSpeakerRename,
  ItemSpeakerUnlink,
  SpeakersChanged,
} from '@nexus/shared/archive';
import type { NexusApp } from '#lib/platform/app.svelte.ts';
import type { LiveTopic } from '#lib/platform/live-topic.svelte.ts';

interface Answer {
  speakers: ItemSpeaker[];
}

/** Who speaks in one item, with the colour of each. */
export class ItemSpeakers {
  list = $state.raw<ItemSpeaker[]>([]);
  isLoaded = $state(false);
  colours = $derived(new Map(this.list.map(({ name, colour }) => [name, colour])));
  totalSeconds = $derived(this.list.reduce((sum, { seconds }) => sum + seconds, 0));

  constructor(
    private readonly app: NexusApp,
    readonly itemId: string,
    /** Lines of the transcript carry names: called when they are others. */
    private readonly onChanged: () => Promise<void>,
  ) {}

  get #path(): string {
    return `/media/${this.itemId}/speakers`;
  }

  async load(): Promise<void> {
    this.list = (await this.app.api.get<Answer>(this.#path)).speakers;
    this.isLoaded = true;
  }

  /** Follows the live topic; the returned function stops. */
  follow(topic: LiveTopic): () => void {
    return topic.listen({
      onEvent: (event, payload) => {
        if (event !== 'speakers.changed' || (payload as SpeakersChanged).itemId !== this.itemId) return;
        void this.#reload();
      },
      onCatchUp: () => this.load(),
    });
  }

  async #reload(): Promise<void> {
    await Promise.all([this.load(), this.onChanged()]);
  }

  rename = (change: ItemSpeakerRename): Promise<void> => this.#take(this.app.api.patch<Answer>(this.#path, change));
  merge = (merge: ItemSpeakerMerge): Promise<void> =>
    this.#take(this.app.api.post<Answer>(`${this.#path}/merge`, merge));
  unlink = (unlink: ItemSpeakerUnlink): Promise<void> =>
    this.#take(this.app.api.post<Answer>(`${this.#path}/unlink`, unlink));

  async #take(answer: Promise<Answer>): Promise<void> {
    this.list = (await answer).speakers;
    await this.onChanged();
  }
}
