import type { InsightKind } from '../archive/insight-contracts.ts';
import type { Price } from './price.ts';
import type { Usage } from './model.ts';

/** A cue or a block, as `Segment` of the archive has it. */
export interface TextSegment {
  readonly text: string;
  readonly kind?: string;
  readonly speaker?: string | null;
  readonly startSeconds?: number | null;
  readonly endSeconds?: number | null;
}

export interface EnrichInput {
  /** What it was called where it came from; a file's name is no title. */
  readonly title?: string | null;
  /** In order. Claims name a document's place by the index here. */
  readonly segments: readonly TextSegment[];
  /** BCP 47, when it is known. */
  readonly language?: string | null;
  readonly kind: 'recording' | 'document';
  /** False when the recording came with chapters of its own. */
  readonly wantsChapters?: boolean;
  /** Tags already in use, the most used first: they are preferred to new ones. */
  readonly knownTags?: readonly string[];
  readonly signal?: AbortSignal;
  /** 0 to 1, whenever a request is answered. */
  readonly onProgress?: (share: number) => void;
}

/** Something the text says, and where: `startSeconds` in a recording, `paragraph` in a document. Checked against the text. */
export interface Claim {
  readonly kind: InsightKind;
  readonly text: string;
  readonly who: string | null;
  readonly until: string | null;
  readonly startSeconds: number | null;
  readonly paragraph: number | null;
}

export interface FoundChapter {
  readonly title: string;
  readonly startSeconds: number;
  readonly endSeconds: number;
}

export const ENRICH_FIELDS = [
  'title',
  'summary',
  'summaryLong',
  'tags',
  'language',
  'chapters',
  'people',
  'places',
  'organisations',
  'actions',
  'quotes',
] as const;
/** `text`: not all of it was read. */
export type EnrichField = (typeof ENRICH_FIELDS)[number] | 'text';

export interface Enrichment {
  /** At most 120 characters. Null when the text says nothing to name it by. */
  readonly title: string | null;
  /** A few sentences; empty when there is nothing to sum up. */
  readonly summary: string;
  /** At most 8, the most telling first. */
  readonly tags: string[];
  /** BCP 47, or null when it cannot be told. */
  readonly language: string | null;
  /** In order, without gaps between them. */
  readonly chapters: FoundChapter[];
  /** By kind, each kind in its order; those of kind `point` make the long summary. */
  readonly claims: Claim[];
  /** What stayed empty, and why, in words for a user. */
  readonly gaps: Partial<Record<EnrichField, string>>;
  /** What made this: a model's id, or `offline`. */
  readonly model: string;
  /** Made by classical methods, and to be named so wherever it shows. */
  readonly isOffline: boolean;
  readonly usage: Usage;
  /** What the connection says its tokens cost. */
  readonly price?: Price | null;
}

/** Describes an item's text. Errors as `Model`. */
export interface Enricher {
  enrich(input: EnrichInput): Promise<Enrichment>;
}
