import type { Correction, CorrectionOutcome, PlacedSegment, SegmentCorrection } from '@nexus/shared/archive';
import type { NexusApp } from '#lib/platform/app.svelte.ts';
import type { OpenItem } from '../open-item.svelte.ts';

type Change = Pick<SegmentCorrection, 'text' | 'speaker' | 'insteadOf'>;

/** Corrects the words of an open item, remembers what was done here so that it can be undone and done again. */
export class Corrections {
  /** Those of earlier versions whose words the newest does not have. */
  unfitted = $state.raw<Correction[]>([]);
  #done = $state<string[]>([]);
  #undone = $state<string[]>([]);

  constructor(
    private readonly app: NexusApp,
    private readonly open: OpenItem,
  ) {}

  /** Answers the correction's id. A conflict leaves everything as it was. */
  async correct(segment: PlacedSegment, change: Change): Promise<string> {
    const body: SegmentCorrection = {
      transcriptId: this.open.item.transcript?.id ?? '',
      basedOn: segment.correctionId,
      ...change,
    };
    const outcome = await this.app.api.put<CorrectionOutcome>(
      `${this.open.path}/segments/${segment.position}/correction`,
      body,
    );
    this.open.placeSegment(segment.position, outcome.segment);
    this.#done = [...this.#done, outcome.correction.id];
    this.#undone = [];
    if (change.insteadOf) this.unfitted = this.unfitted.filter(({ id }) => id !== change.insteadOf);
    return outcome.correction.id;
  }

  /** Takes back what was corrected here last, or this one. Answers its place in the text. */
  async undo(id = this.#done.at(-1)): Promise<number | null> {
    if (!id) return null;
    const outcome = await this.app.api.delete<CorrectionOutcome>(`${this.open.path}/corrections/${id}`);
    this.#done = this.#done.filter((known) => known !== id);
    this.#undone = [...this.#undone, id];
    return this.#place(outcome);
  }

  async redo(): Promise<number | null> {
    const id = this.#undone.at(-1);
    if (!id) return null;
    const outcome = await this.app.api.post<CorrectionOutcome>(`${this.open.path}/corrections/${id}/restore`);
    this.#undone = this.#undone.slice(0, -1);
    this.#done = [...this.#done, id];
    return this.#place(outcome);
  }

  async drop(correction: Correction): Promise<void> {
    await this.app.api.delete(`${this.open.path}/corrections/${correction.id}`);
    this.unfitted = this.unfitted.filter(({ id }) => id !== correction.id);
  }

  async loadUnfitted(): Promise<void> {
    const page = await this.app.api.get<{ corrections: Correction[] }>(
      `${this.open.path}/corrections?state=unfitted&limit=200`,
    );
    this.unfitted = page.corrections;
  }

  async #place({ correction, segment }: CorrectionOutcome): Promise<number> {
    if (correction.transcriptId === this.open.item.transcript?.id) this.open.placeSegment(correction.position, segment);
    else await this.open.reloadWords();
    return correction.position;
  }
}
