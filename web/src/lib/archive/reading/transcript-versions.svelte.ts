import type { TranscriptVersion } from '@nexus/shared/archive';
import type { NexusApp } from '#lib/platform/app.svelte.ts';
import type { OpenItem, PlacedSegment, SegmentPage } from '../open-item.svelte.ts';

/** The most the API gives at once. */
const PAGE = 2000;

/** Versions of an item's words as they were made, and the one that is looked at instead of the corrected words. */
export class TranscriptVersions {
  list = $state.raw<TranscriptVersion[]>([]);
  /** Null: the words as they are now. */
  shown = $state.raw<{ version: TranscriptVersion; segments: PlacedSegment[]; isComplete: boolean } | null>(null);

  constructor(
    private readonly app: NexusApp,
    private readonly open: OpenItem,
  ) {}

  async load(): Promise<void> {
    this.list = (
      await this.app.api.get<{ transcripts: TranscriptVersion[] }>(`${this.open.path}/transcripts`)
    ).transcripts;
  }

  /** Null: back to the words as they are now. */
  async show(number: number | null): Promise<void> {
    const version = this.list.find((known) => known.version === number);
    if (!version) {
      this.shown = null;
      return;
    }
    let segments: PlacedSegment[] = [];
    this.shown = { version, segments, isComplete: false };
    for (let cursor: string | null = '0'; cursor !== null;) {
      const page: SegmentPage = await this.app.api.get(
        `${this.open.path}/segments?version=${version.version}&limit=${PAGE}&cursor=${cursor}`,
      );
      if (this.shown?.version !== version) return;
      segments = [...segments, ...page.segments];
      cursor = page.nextCursor;
      this.shown = { version, segments, isComplete: cursor === null };
    }
  }
}
