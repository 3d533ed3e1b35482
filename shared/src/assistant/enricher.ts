import type { Usage } from './model.ts';

/** A cue or a block, as `Segment` of the archive has it. */
export interface TextSegment {
  readonly text: string;
  readonly kind?: string;
  readonly speaker?: string | null;
}

export interface EnrichInput {
  /** What it was called where it came from; a file's name is no title. */
  readonly title?: string | null;
  /** In order. */
  readonly segments: readonly TextSegment[];
  /** BCP 47, when it is known. */
  readonly language?: string | null;
  readonly kind: 'recording' | 'document';
  readonly signal?: AbortSignal;
}

export interface Enrichment {
  /** At most 120 characters. Null when the text says nothing to name it by. */
  readonly title: string | null;
  /** A few sentences; empty when there is nothing to sum up. */
  readonly summary: string;
  /** At most 8, the most telling first. */
  readonly tags: string[];
  /** BCP 47, or null when it cannot be told. */
  readonly language: string | null;
  /** What made this: a model's id, or `offline`. */
  readonly model: string;
  /** Made by classical methods, and to be named so wherever it shows. */
  readonly isOffline: boolean;
  readonly usage: Usage;
}

/** Title, summary, tags and language of an item's text. Errors as `Model`. */
export interface Enricher {
  enrich(input: EnrichInput): Promise<Enrichment>;
}
