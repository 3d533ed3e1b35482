import type { Word } from '../contracts.ts';
import { alignTokens, gapsOf } from './align-tokens.ts';
import { type Token, tokensOf } from './tokens.ts';

export interface TimedToken extends Token {
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/** Less than this a word cannot be seen to be said: it takes its time from the word before it. */
const SHORTEST_SECONDS = 0.02;

/**
 * When each word of `text` is said. Words that were there before keep their time; new ones share the time of those they
 * replaced, by their length; without times of words they share the whole range.
 */
export function timeTokens(
  text: string,
  {
    words,
    startSeconds,
    endSeconds,
  }: { words?: readonly Word[] | undefined; startSeconds: number; endSeconds: number },
): TimedToken[] {
  const tokens = tokensOf(text);
  const old = (words ?? []).flatMap(tokensOfWord);
  if (old.length === 0) return spread(tokens, startSeconds, endSeconds);

  const partners = alignTokens(old, tokens);
  const timed = tokens.map((token, at) => ({ ...token, ...timesOf(old[partners[at]!]) }));
  for (const gap of gapsOf(partners, old.length)) {
    let [first, last] = gap.to;
    const replaced = old.slice(...gap.from);
    let from = replaced[0]?.startSeconds ?? (first > 0 ? timed[first - 1]!.endSeconds : startSeconds);
    let to = replaced.at(-1)?.endSeconds ?? (last < timed.length ? timed[last]!.startSeconds : endSeconds);
    if (to - from < SHORTEST_SECONDS * (last - first)) {
      if (first > 0) from = timed[--first]!.startSeconds;
      else if (last < timed.length) to = timed[last++]!.endSeconds;
    }
    timed.splice(first, last - first, ...spread(tokens.slice(first, last), from, Math.max(from, to)));
  }
  return timed;
}

/** The same as words. */
export const retimeWords = (text: string, before: Parameters<typeof timeTokens>[1]): Word[] =>
  timeTokens(text, before).map(({ text: word, startSeconds, endSeconds }) => ({
    text: word,
    startSeconds,
    endSeconds,
  }));

const timesOf = (token: TimedToken | undefined) => ({
  startSeconds: token?.startSeconds ?? 0,
  endSeconds: token?.endSeconds ?? 0,
});

const tokensOfWord = ({ text, startSeconds, endSeconds }: Word): TimedToken[] =>
  spread(tokensOf(text), startSeconds, endSeconds);

/** One after the other over the range, each as long as it has letters. */
function spread(tokens: readonly Token[], startSeconds: number, endSeconds: number): TimedToken[] {
  const letters = tokens.reduce((sum, { text }) => sum + text.length, 0);
  const perLetter = letters > 0 ? (endSeconds - startSeconds) / letters : 0;
  let at = startSeconds;
  return tokens.map((token) => {
    const from = at;
    at += perLetter * token.text.length;
    return { ...token, startSeconds: from, endSeconds: at };
  });
}
