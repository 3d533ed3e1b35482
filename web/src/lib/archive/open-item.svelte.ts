import type {
  Item,
  ItemChange,
  ItemChanged,
  ItemStep,
  PlacedSegment,
  SegmentsChanged,
  StepChanged,
  StepName,
} from '@nexus/shared/archive';
import { ApiProblem } from '#lib/platform/api.ts';
import type { NexusApp } from '#lib/platform/app.svelte.ts';
import type { LiveTopic } from '#lib/platform/live-topic.svelte.ts';

export type { PlacedSegment };

export interface SegmentPage {
  segments: PlacedSegment[];
  nextCursor: string | null;
}

/** The most the API gives at once: 10,000 lines come in five answers. */
const PAGE = 2000;

/** One item as its page shows it, kept current by the live topic. */
export class OpenItem {
  item = $state.raw() as Item;
  segments = $state.raw<PlacedSegment[]>([]);
  isGone = $state(false);
  isLoadingText = $state(false);
  /** Rises with every correction somebody makes, for what is counted from them. */
  correctionsSeen = $state(0);
  /** Kept while it works: every answer carries newly signed addresses, and a new one would restart the playing. */
  playbackUrl = $state<string>();
  #transcriptId: string | undefined;
  #next = $state<string | null>(null);

  constructor(
    private readonly app: NexusApp,
    item: Item,
    first: SegmentPage,
  ) {
    this.#take(item);
    this.#transcriptId = item.transcript?.id;
    this.segments = first.segments;
    this.#next = first.nextCursor;
  }

  /** Whether all its words are here. */
  get isComplete(): boolean {
    return this.#next === null;
  }

  get path(): string {
    return `/media/${this.item.id}`;
  }

  get isDocument(): boolean {
    return this.item.transcript
      ? this.item.transcript.origin === 'document'
      : !['audio', 'video', 'subtitles'].includes(this.item.kind);
  }

  #take(item: Item): void {
    this.item = item;
    this.playbackUrl ??= item.playback ? this.app.media(item.playback.url) : undefined;
  }

  /** Follows the live topic; the returned function stops. */
  follow(topic: LiveTopic): () => void {
    return topic.listen({
      onEvent: (event, payload) => {
        if (event === 'step.changed') this.#onStep(payload as StepChanged);
        else if (event === 'segments.changed') void this.#onSegments(payload as SegmentsChanged);
        else if ((payload as ItemChanged).id === this.item.id) void this.#onItem(event, payload as ItemChanged);
      },
      onCatchUp: () => this.refresh(),
    });
  }

  /** Somebody corrected a line: of this version only that one, of an earlier one it may be any. */
  async #onSegments({ itemId, transcriptId, position }: SegmentsChanged): Promise<void> {
    if (itemId !== this.item.id) return;
    this.correctionsSeen++;
    if (transcriptId !== this.#transcriptId) return this.reloadWords();
    const { segments } = await this.app.api.get<SegmentPage>(`${this.path}/segments?limit=1&cursor=${position}`);
    this.placeSegment(position, segments.find((segment) => segment.position === position) ?? null);
  }

  /** What a line says now; null takes it out. */
  placeSegment(position: number, segment: PlacedSegment | null): void {
    const at = this.segments.findIndex((known) => known.position >= position);
    const isKnown = this.segments[at]?.position === position;
    // Beyond what is loaded it comes with its page.
    if (!isKnown && (segment === null || (at === -1 && !this.isComplete))) return;
    const from = at === -1 ? this.segments.length : at;
    this.segments = this.segments.toSpliced(from, isKnown ? 1 : 0, ...(segment ? [segment] : []));
  }

  #onStep({ itemId, ...step }: StepChanged): void {
    if (itemId !== this.item.id) return;
    const steps: ItemStep[] = this.item.steps.map((known) =>
      known.name === step.name ? { ...known, ...step } : known,
    );
    this.item = { ...this.item, steps };
  }

  async #onItem(event: string, change: ItemChanged): Promise<void> {
    if (event === 'item.deleted') {
      this.isGone = true;
      return;
    }
    const needsAll = change.status !== this.item.status || change.title !== this.item.title;
    this.item = { ...this.item, ...change };
    if (needsAll) await this.refresh();
  }

  /** Loads the item anew, and its words when they are others than before. */
  async refresh(): Promise<void> {
    try {
      this.#take(await this.app.api.get<Item>(this.path));
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.status !== 404) throw error;
      this.isGone = true;
      return;
    }
    const transcriptId = this.item.transcript?.id;
    if (transcriptId === this.#transcriptId) return;
    this.#transcriptId = transcriptId;
    await this.reloadWords();
  }

  /** The item and its words, whether or not there is a newer transcript. */
  async refreshWords(): Promise<void> {
    const before = this.#transcriptId;
    await this.refresh();
    if (this.#transcriptId === before) await this.reloadWords();
  }

  /** Loads all words anew; those shown stay until the first of them are here. */
  async reloadWords(): Promise<void> {
    this.#next = null;
    await this.#loadPage([]);
    await this.loadRest();
  }

  /** After a signed address has expired. */
  async renewPlayback(): Promise<void> {
    this.playbackUrl = undefined;
    await this.refresh();
  }

  async loadRest(): Promise<void> {
    this.isLoadingText = true;
    try {
      while (this.#next) await this.#loadPage(this.segments);
    } finally {
      this.isLoadingText = false;
    }
  }

  async #loadPage(before: PlacedSegment[]): Promise<void> {
    const cursor = this.#next ? `&cursor=${encodeURIComponent(this.#next)}` : '';
    const page = await this.app.api.get<SegmentPage>(`${this.path}/segments?limit=${PAGE}${cursor}`);
    this.segments = [...before, ...page.segments];
    this.#next = page.nextCursor;
  }

  async change(change: ItemChange): Promise<void> {
    this.#take(await this.app.api.patch<Item>(this.path, change));
  }

  async retry(fromStep?: StepName): Promise<void> {
    this.#take(await this.app.api.post<Item>(`${this.path}/retry`, fromStep ? { fromStep } : {}));
  }

  async cancel(): Promise<void> {
    this.#take(await this.app.api.post<Item>(`${this.path}/cancel`, {}));
  }

  async attachTranscript(file: File): Promise<void> {
    this.#take(await this.app.api.post<Item>(`${this.path}/transcript`, { text: await file.text() }));
  }
}
