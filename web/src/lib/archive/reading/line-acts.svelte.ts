import { toast } from 'svelte-sonner';
import { describeFailure } from '#lib/platform/describe-failure.ts';
import type { I18n } from '#lib/platform/i18n.ts';
import { ApiProblem } from '#lib/platform/api.ts';
import type { OpenItem, PlacedSegment } from '../open-item.svelte.ts';
import { copyText } from './copy-text.ts';
import type { Corrections } from './corrections.svelte.ts';
import type { SegmentDraft } from './segment-editor.svelte';

const UNDO_MS = 6000;

/** What one does with a line, by mouse, menu or key; with a notice that says what was done. */
export class LineActs {
  /** Position of the line that is being edited; -1 for none. */
  edited = $state(-1);
  /** Why the draft was not saved. It stays open. */
  problem = $state<string | null>(null);

  constructor(
    private readonly open: OpenItem,
    private readonly corrections: Corrections,
    private readonly i18n: I18n,
  ) {}

  edit = (segment: PlacedSegment): void => {
    this.problem = null;
    this.edited = segment.position;
  };

  cancel = (): void => {
    this.edited = -1;
    this.problem = null;
  };

  /** True when the line says what was typed. */
  async save(segment: PlacedSegment, { text, speaker }: SegmentDraft): Promise<boolean> {
    const change = {
      ...(text !== segment.text && { text }),
      ...(speaker !== segment.speakerLabel && { speaker: speaker ?? '' }),
    };
    if (change.text === undefined && change.speaker === undefined) return true;
    try {
      const id = await this.corrections.correct(segment, change);
      this.#offerUndo(text === '' ? 'line.takenOut' : 'line.corrected', id);
      return true;
    } catch (error) {
      const problem = describeFailure(error, this.i18n);
      // Somebody else was first: what they wrote is loaded before it is told, what was typed stays.
      if (error instanceof ApiProblem && error.code === 'conflict') await this.open.refreshWords();
      this.problem = problem;
      return false;
    }
  }

  takeOut = (segment: PlacedSegment): void =>
    void this.#try(async () => this.#offerUndo('line.takenOut', await this.corrections.correct(segment, { text: '' })));

  revert = (segment: PlacedSegment): void =>
    void this.#try(async () => {
      await this.corrections.undo(segment.correctionId ?? undefined);
      toast(this.i18n.t('line.reverted'));
    });

  undo = (): void => void this.#try(async () => this.#say('line.reverted', await this.corrections.undo()));
  redo = (): void => void this.#try(async () => this.#say('line.redone', await this.corrections.redo()));

  copyLink = (segment: PlacedSegment): void => void this.copyLinkTo(segment.startSeconds, segment.position);

  async copyLinkTo(seconds: number | null, position: number): Promise<void> {
    const link = new URL(location.pathname, location.origin);
    if (seconds === null) link.searchParams.set('p', String(position));
    else link.searchParams.set('t', String(Math.floor(seconds * 10) / 10));
    await copyText(link.href, this.i18n, 'line.linkCopied');
  }

  #say(message: 'line.reverted' | 'line.redone', position: number | null): void {
    if (position !== null) toast(this.i18n.t(message));
  }

  #offerUndo(message: 'line.corrected' | 'line.takenOut', id: string): void {
    toast(this.i18n.t(message), {
      duration: UNDO_MS,
      action: {
        label: this.i18n.t('action.undo'),
        onClick: () => void this.#try(async () => void (await this.corrections.undo(id))),
      },
    });
  }

  async #try(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      toast.error(describeFailure(error, this.i18n));
    }
  }
}
