import { findTerm } from './find-term.ts';
import { foldText } from './folded-text.ts';
import type { JudgedPost } from './judgement.ts';
import { fold } from './match-query.ts';

const MOST_EVIDENCE = 6;
const LONGEST_EVIDENCE = 160;
/** A deadline further away is a slip of the model's. */
const FURTHEST_MS = 366 * 86_400_000;

/** Of what a model says it rests on, what the post really says, as it writes it. */
export function checkEvidence(evidence: readonly string[], text: string): string[] {
  const folded = foldText(text);
  const kept = new Set<string>();
  for (const words of evidence) {
    const wanted = fold(words.replace(/^["'“”«»…\s]+|["'“”«»…\s]+$/gu, ''));
    const found = wanted === '' || wanted.length > LONGEST_EVIDENCE ? null : findTerm(folded.folded, wanted);
    if (found) kept.add(folded.written(found.start, found.end).trim());
  }
  return [...kept].slice(0, MOST_EVIDENCE);
}

/** The names that a post speaks of, by their words alone: no model is asked for what can be read. */
export function namesIn(names: readonly string[], post: JudgedPost): string[] {
  const { folded } = foldText([post.text, ...post.mentions.map((mention) => `@${mention}`)].join('\n'));
  const tags = new Set(post.hashtags.map(fold));
  return names.filter((name) => {
    const wanted = fold(name);
    return (
      wanted !== '' &&
      (findTerm(folded, wanted, { allowsParticles: true }) !== null || tags.has(wanted.replaceAll(' ', '')))
    );
  });
}

/** A date with or without a time (then the end of that day, UTC), when it is after the post and within a year. */
export function checkDeadline(
  told: string | null | undefined,
  { postedAt }: Pick<JudgedPost, 'postedAt'>,
): Date | null {
  if (!told) return null;
  const isDay = /^\d{4}-\d\d-\d\d$/.test(told.trim());
  const date = new Date(isDay ? `${told.trim()}T23:59:59Z` : told);
  const distance = date.getTime() - postedAt.getTime();
  return distance > 0 && distance < FURTHEST_MS ? date : null;
}

/** One line for a reader, of bounded length. */
export const tidy = (text: string, most: number): string => {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= most ? line : `${line.slice(0, most - 1).trimEnd()}…`;
};
