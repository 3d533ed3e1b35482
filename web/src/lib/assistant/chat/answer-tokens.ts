import { lexer, type Token } from 'marked';

/** Stands in the text where a statement ends that nothing backs; from a private area, so no answer holds it. */
export const UNBACKED = '\uE000';

/** An answer's Markdown as tokens, with a sign behind each statement that nothing backs. */
export function answerTokens(text: string, unbacked: readonly number[]): Token[] {
  let marked = text.replaceAll(UNBACKED, '');
  for (const at of unbacked.toSorted((a, b) => b - a)) marked = marked.slice(0, at) + UNBACKED + marked.slice(at);
  return lexer(marked, { gfm: true });
}

export type Leaf = { kind: 'text'; text: string } | { kind: 'citation'; n: number } | { kind: 'unbacked' };

/** Plain text in its parts: words, citations and the signs of statements without one. */
export function leavesOf(text: string): Leaf[] {
  return text
    .split(/(\[\d{1,3}\]|\uE000)/)
    .filter((part) => part !== '')
    .map((part): Leaf => {
      if (part === UNBACKED) return { kind: 'unbacked' };
      const n = /^\[(\d{1,3})\]$/.exec(part)?.[1];
      return n === undefined ? { kind: 'text', text: part } : { kind: 'citation', n: Number(n) };
    });
}
