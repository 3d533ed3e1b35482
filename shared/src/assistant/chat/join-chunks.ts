import type { FoundChunk } from './read-chunks.ts';
import type { ReadPassage } from './read-passage.ts';

/** What a passage grows to: three chunks, about a minute and a half of speech. */
const MOST_TOGETHER = 3;

/** Chunks that follow each other in their item become one passage, at the place of the best of them. */
export function joinChunks(chunks: readonly (FoundChunk & { coverage: number })[]): Omit<ReadPassage, 'n'>[] {
  const left = new Map(chunks.map((chunk) => [keyOf(chunk.itemId, chunk.position), chunk]));
  const passages: Omit<ReadPassage, 'n'>[] = [];
  for (const best of chunks) {
    if (!left.delete(keyOf(best.itemId, best.position))) continue;
    const run = [best];
    for (let grows = true; grows && run.length < MOST_TOGETHER;) {
      const before = take(left, best.itemId, run[0]!.position - 1);
      if (before) run.unshift(before);
      const after = run.length < MOST_TOGETHER ? take(left, best.itemId, run.at(-1)!.position + 1) : undefined;
      if (after) run.push(after);
      grows = before !== undefined || after !== undefined;
    }
    passages.push(joined(run));
  }
  return passages;
}

type Chunk = FoundChunk & { coverage: number };

function take(left: Map<string, Chunk>, itemId: string, position: number): Chunk | undefined {
  const key = keyOf(itemId, position);
  const chunk = left.get(key);
  left.delete(key);
  return chunk;
}

const keyOf = (itemId: string, position: number): string => `${itemId} ${position}`;

function joined(run: readonly Chunk[]): Omit<ReadPassage, 'n'> {
  const { itemId, title, kind, heading } = run[0]!;
  let text = '';
  const parts: ReadPassage['parts'][number][] = [];
  for (const chunk of run) {
    if (text !== '') text += '\n';
    const start = text.length;
    parts.push(...chunk.parts.map((part) => ({ ...part, offset: part.offset + start })));
    text += chunk.text;
  }
  return { itemId, title, kind, heading, text, parts, coverage: Math.max(...run.map(({ coverage }) => coverage)) };
}
