import type { Usage } from './model.ts';
import type { Price } from './price.ts';

/** Length of every vector in the archive: the column `chunk_embeddings.embedding` has it in its type. */
export const DIMENSIONS = 768;

export interface EmbedOptions {
  /** Some models place questions and passages differently. */
  readonly kind: 'query' | 'document';
  readonly signal?: AbortSignal;
}

/** Meaning of texts as unit vectors of 768 numbers. Errors as `Model`. */
export interface Embedder {
  /** `adapter:model`: vectors of different embedders are never compared. */
  readonly id: string;
  readonly label: string;
  readonly dimensions: typeof DIMENSIONS;
  /** What the connection's settings say of it. */
  readonly price?: Price | null;
  /** One vector per text, in order. Any number of texts: they are sent in the service's batches. */
  embed(texts: readonly string[], options: EmbedOptions): Promise<{ vectors: Float32Array[]; usage: Usage }>;
}
