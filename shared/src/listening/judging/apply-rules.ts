import type { CampaignQuery } from '../campaign-contracts.ts';
import { findPattern } from './exclude-patterns.ts';
import { findTerm } from './find-term.ts';
import { type FoldedText, foldText } from './folded-text.ts';
import { fold, isSameHandle, matchQuery, type RuledPost } from './match-query.ts';
import { mayBeIn } from './post-language.ts';

export type { RuledPost } from './match-query.ts';

/** Why a post is put aside, in the order the rules are tried. */
export const RULES = [
  'own',
  'muted-author',
  'repost',
  'excluded-word',
  'excluded-pattern',
  'language',
  'engagement',
  'link-only',
  'too-short',
  'spam',
  'no-match',
] as const;
export type Rule = (typeof RULES)[number];

export interface RuleHit {
  readonly rule: Rule;
  /** What the rule saw, for somebody who wonders why. */
  readonly words: string[];
}

/**
 * The first rule that puts the post aside, or null: cheap, without any model. A post that says nothing of the query goes as
 * `no-match`, unless the query names nothing to find. `invalid-input` when an excluding pattern cannot be used.
 */
export function applyRules(
  query: CampaignQuery,
  post: RuledPost,
  { ownHandles = [] }: { ownHandles?: readonly string[] } = {},
): RuleHit | null {
  const text = foldText(post.text);
  const hit = (rule: Rule, words: readonly string[]): RuleHit | null =>
    words.length > 0 ? { rule, words: words.slice(0, 10) } : null;
  const author = (handles: readonly string[]) =>
    handles.some((handle) => isSameHandle(post.authorHandle, handle)) ? [`@${post.authorHandle}`] : [];

  return (
    hit('own', author(ownHandles)) ??
    hit('muted-author', author(query.mute)) ??
    hit('repost', query.withReposts ? [] : repostSign(post)) ??
    hit('excluded-word', excludedWords(query, post, text)) ??
    hit('excluded-pattern', excludedPatterns(query, post)) ??
    hit('language', mayBeIn(query.languages, post) ? [] : [post.language ?? 'other letters']) ??
    hit('engagement', missingEngagement(query, post)) ??
    emptyText(post) ??
    hit('spam', spamSigns(post)) ??
    hit('no-match', namesSomething(query) && matchQuery(query, post, text).length === 0 ? ['none of the words'] : [])
  );
}

/** What of the query the post holds, as the query writes it: hashtags with `#`, mentions and authors with `@`. */
export function matchedWords(query: CampaignQuery, post: RuledPost): string[] {
  return matchQuery(query, post).map(({ term }) => term);
}

const namesSomething = ({ keywords, phrases, hashtags, mentions, follow }: CampaignQuery): boolean =>
  [keywords, phrases, hashtags, mentions, follow].some((terms) => terms.length > 0);

function repostSign({ isRepost, text }: RuledPost): string[] {
  if (isRepost) return ['repost'];
  const old = /^RT @[\w.-]+/.exec(text);
  return old ? [old[0]] : [];
}

function excludedWords({ exclude }: CampaignQuery, post: RuledPost, { folded }: FoldedText): string[] {
  const tags = new Set(post.hashtags.map((tag) => `#${fold(tag)}`));
  return exclude.filter((term) => {
    const wanted = fold(term);
    return wanted !== '' && (tags.has(wanted) || findTerm(folded, wanted) !== null);
  });
}

function excludedPatterns({ excludePatterns }: CampaignQuery, post: RuledPost): string[] {
  for (const pattern of excludePatterns) {
    const found = findPattern(pattern, post.text);
    if (found !== null) return [found.slice(0, 100) || pattern];
  }
  return [];
}

/** What a network does not count is not held against a post. */
function missingEngagement(query: CampaignQuery, { engagement: { likes, replies, reposts } }: RuledPost): string[] {
  const least = [
    { name: 'likes', count: likes, wanted: query.minLikes },
    { name: 'replies', count: replies, wanted: query.minReplies },
    { name: 'reposts', count: reposts, wanted: query.minReposts },
  ];
  return least
    .filter(({ count, wanted }) => count !== null && count < wanted)
    .map(({ name, count, wanted }) => `${name}: ${count} of ${wanted}`);
}

const ADDRESS = /(?:https?:\/\/|www\.)\S+/gu;
const TAG = /[@#＠＃][\p{L}\p{N}\p{M}_.@-]+/gu;
/** A letter, a number, an emoji or a question: something is said. */
const SAYS = /[\p{L}\p{N}\p{Extended_Pictographic}?？؟]/u;

function emptyText({ text }: RuledPost): RuleHit | null {
  const addresses = text.match(ADDRESS) ?? [];
  if (SAYS.test(text.replace(ADDRESS, ' ').replace(TAG, ' '))) return null;
  if (addresses.length > 0) return { rule: 'link-only', words: addresses.slice(0, 3) };
  return { rule: 'too-short', words: [text.slice(0, 100)] };
}

/** Only what no person writes: a dozen tags with hardly a word each, and one word over and over. */
function spamSigns({ text }: RuledPost): string[] {
  const tags = text.match(TAG) ?? [];
  const words =
    text
      .replace(ADDRESS, ' ')
      .replace(TAG, ' ')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  if (tags.length >= 12 && words.length < tags.length) return [`${tags.length} tags`];
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const [word, count] = [...counts].reduce((most, each) => (each[1] > most[1] ? each : most), ['', 0]);
  return count >= 10 && count >= words.length * 0.6 ? [`${word} × ${count}`] : [];
}
