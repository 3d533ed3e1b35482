import { gatherPassages } from '../../assistant/chat/gather-passages.ts';
import type { ReadPassage } from '../../assistant/chat/read-passage.ts';
import type { Embedder } from '../../assistant/embedder.ts';
import { isContentWord, words } from '../../assistant/offline/words.ts';
import type { Context } from '../../platform/index.ts';

/** About four passages. */
const CHARACTERS = 6_000;
const MOST_WORDS = 24;

/** What the organisation's own archive says of a post's matter, the best first; nothing when nothing is near enough. */
export async function findPassages(
  ctx: Pick<Context, 'orgId' | 'actor' | 'db' | 'log'>,
  text: string,
  embedder: Embedder | null,
): Promise<readonly ReadPassage[]> {
  const query = archiveQuery(text);
  if (query === null) return [];
  const { passages } = await gatherPassages(ctx, { queries: [query], scope: {}, characters: CHARACTERS }, { embedder });
  return passages;
}

/** The post's own words without addresses, names and signs; null when too few are left to search by. */
export function archiveQuery(text: string): string | null {
  const said = text.replace(/https?:\/\/\S+|[@＠][\p{L}\p{N}_.@-]+/gu, ' ');
  const telling = [...new Set(words(said).filter(isContentWord))];
  return telling.length < 2 ? null : telling.slice(0, MOST_WORDS).join(' ').slice(0, 900);
}
