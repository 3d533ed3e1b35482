import type { Passage } from '@nexus/shared/assistant';

export interface PassageGroupOfItem {
  itemId: string;
  title: string;
  kind: Passage['kind'];
  passages: Passage[];
}

/** Passages of one item together, items by their best passage: the order the answer came in. */
export function groupPassages(passages: readonly Passage[]): PassageGroupOfItem[] {
  const groups = new Map<string, PassageGroupOfItem>();
  for (const passage of passages) {
    const { itemId, title, kind } = passage;
    const group = groups.get(itemId);
    if (group) group.passages.push(passage);
    else groups.set(itemId, { itemId, title, kind, passages: [passage] });
  }
  return [...groups.values()];
}

export interface TextPart {
  text: string;
  isMatch: boolean;
}

/** Characters shown of a passage: about four lines. */
const SHOWN = 420;
/** Kept before the first marked word, so that it stands in its sentence. */
const LEAD = 120;

/** The stretch of a passage around its first marked word, in parts that are or are not marked. Cut at spaces, with dots. */
export function excerpt({ text, marks }: Pick<Passage, 'text' | 'marks'>): TextPart[] {
  const first = marks[0]?.start ?? 0;
  const wanted = first > SHOWN - LEAD ? first - LEAD : 0;
  const from = wanted === 0 ? 0 : text.indexOf(' ', wanted) + 1 || wanted;
  const cut = text.length - from > SHOWN ? text.lastIndexOf(' ', from + SHOWN) : text.length;
  const to = cut > from ? cut : Math.min(text.length, from + SHOWN);

  const parts: TextPart[] = [];
  const push = (part: string, isMatch: boolean) => {
    if (part) parts.push({ text: part, isMatch });
  };
  if (from > 0) push('… ', false);
  let at = from;
  for (const { start, end } of marks) {
    if (start < from || end > to) continue;
    push(text.slice(at, start), false);
    push(text.slice(start, end), true);
    at = end;
  }
  push(text.slice(at, to), false);
  if (to < text.length) push(' …', false);
  return parts;
}

/** Where a passage opens: its second of a recording, or its paragraph of a document. */
export function linkOf({
  itemId,
  startSeconds,
  paragraph,
}: Pick<Passage, 'itemId' | 'startSeconds' | 'paragraph'>): string {
  if (startSeconds !== null) return `/archive/${itemId}?t=${Number(startSeconds.toFixed(3))}`;
  return paragraph !== null ? `/archive/${itemId}?p=${paragraph}` : `/archive/${itemId}`;
}
