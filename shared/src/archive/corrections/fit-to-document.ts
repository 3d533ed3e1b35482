import type { OverlaidSegment, Statement } from './overlay.ts';
import { rewrite } from './overlay-segment.ts';
import { commonShare, tokensOf } from './tokens.ts';

/** A block with fewer words in common is another block. */
const SIMILAR_ENOUGH = 0.6;

/**
 * Lays a correction of an earlier version over a document read anew: on the block with the same words, the nearest of several,
 * else on the one most like it. Answers that block; null, and nothing changed, when there is none.
 */
export function fitToDocument(blocks: readonly OverlaidSegment[], statement: Statement): OverlaidSegment[] | null {
  const { text, originalText, position } = statement;
  const block = same(blocks, originalText, position) ?? same(blocks, text, position) ?? alike(blocks, statement);
  if (!block) return text === '' ? [] : null;
  if (text !== null) rewrite(block, text);
  return [block];
}

function same(blocks: readonly OverlaidSegment[], text: string | null, position: number): OverlaidSegment | undefined {
  if (!text) return undefined;
  return nearest(
    blocks.filter((block) => block.text === text),
    position,
  );
}

function alike(blocks: readonly OverlaidSegment[], { originalText, text, position }: Statement) {
  const wanted = [originalText, text ?? ''].map(tokensOf).filter((tokens) => tokens.length > 0);
  const scored = blocks.map((block) => {
    const tokens = tokensOf(block.text);
    return { block, share: Math.max(0, ...wanted.map((words) => commonShare(words, tokens))) };
  });
  const best = Math.max(SIMILAR_ENOUGH, ...scored.map(({ share }) => share));
  return nearest(
    scored.filter(({ share }) => share === best).map(({ block }) => block),
    position,
  );
}

const nearest = (blocks: readonly OverlaidSegment[], position: number): OverlaidSegment | undefined =>
  blocks.toSorted((a, b) => Math.abs(a.position - position) - Math.abs(b.position - position))[0];
