import { NexusError } from '../../platform/errors.ts';
import { DIMENSIONS } from '../embedder.ts';

/** Checks what a service sent: one vector per text, 768 numbers each, and gives each length 1. */
export function unitVectors(
  label: string,
  expectedCount: number,
  vectors: readonly (readonly number[])[],
): Float32Array[] {
  if (vectors.length !== expectedCount) {
    throw new NexusError('upstream-refused', `${label} sent ${vectors.length} vectors for ${expectedCount} texts.`);
  }
  return vectors.map((vector) => {
    if (vector.length !== DIMENSIONS) {
      throw new NexusError(
        'upstream-refused',
        `${label} makes vectors of ${vector.length} numbers; ${DIMENSIONS} are needed. Choose another model.`,
      );
    }
    const length = Math.hypot(...vector);
    if (!(length > 0)) throw new NexusError('upstream-refused', `${label} sent a vector without direction.`);
    return Float32Array.from(vector, (value) => value / length);
  });
}

export function* batches<Item>(items: readonly Item[], size: number): Generator<readonly Item[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
