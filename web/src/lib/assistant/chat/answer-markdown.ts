import type { ChatMessage, Citation } from '@nexus/shared/assistant';
import { linkOf } from '../group-passages.ts';

/** An answer as Markdown to paste elsewhere: each number leads to its second or paragraph, and the sources stand below. */
export function answerMarkdown(
  { text, citations }: ChatMessage,
  origin: string,
  timeOf: (seconds: number) => string,
): string {
  const linked = text.replace(/\[(\d{1,3})\]/g, (mark, n) => {
    const citation = citations.find((one) => one.n === Number(n));
    return citation?.itemId ? `[\\[${n}\\]](${origin}${linkTo(citation)})` : mark;
  });
  const sources = citations.map((citation) => {
    const at = citation.startSeconds === null ? '' : `, ${timeOf(citation.startSeconds)}`;
    const who = citation.speaker ? `${plain(citation.speaker)}: ` : '';
    return `${citation.n}. ${plain(citation.title)}${at} — ${who}“${plain(citation.quote)}”`;
  });
  return sources.length > 0 ? `${linked}\n\n${sources.join('\n')}\n` : `${linked}\n`;
}

export const linkTo = ({ itemId, startSeconds, paragraph }: Citation): string =>
  linkOf({ itemId: itemId ?? '', startSeconds, paragraph });

/** Words of the archive are no Markdown of ours. */
const plain = (text: string): string => text.replace(/\s+/g, ' ').replace(/[[\]<>`*_]/g, '');
