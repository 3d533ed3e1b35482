import type { ItemKind } from '../../archive/contracts.ts';

/** Where a segment begins in a passage's text, who says it and when. */
export interface PassagePart {
  /** UTF-16 units. */
  readonly offset: number;
  /** Among the item's segments. */
  readonly position: number;
  /** Null for documents. */
  readonly startSeconds: number | null;
  readonly speaker: string | null;
}

/** One or a few neighbouring chunks, as an answer reads and cites them. */
export interface ReadPassage {
  /** From 1, in the order given to the model. */
  readonly n: number;
  readonly itemId: string;
  readonly title: string;
  readonly kind: ItemKind;
  readonly heading: string | null;
  readonly text: string;
  /** In order; the first begins at 0. */
  readonly parts: readonly PassagePart[];
  /** Share of the question's words it holds, weighted by how telling they are, 0 to 1. */
  readonly coverage: number;
}

/** The part in which a place of the text lies. */
export function partAt(passage: Pick<ReadPassage, 'parts'>, offset: number): PassagePart {
  return passage.parts.findLast((part) => part.offset <= offset) ?? passage.parts[0]!;
}
