import type { CampaignQuery } from '../campaign-contracts.ts';
import { type Found, findAllWords, findTerm, placeStems } from './find-term.ts';
import { type FoldedText, foldText } from './folded-text.ts';

/** What the rules look at. Hashtags, mentions and the handle without their sign. */
export interface RuledPost {
  readonly text: string;
  readonly authorHandle: string;
  readonly language: string | null;
  readonly engagement: {
    readonly likes: number | null;
    readonly replies: number | null;
    readonly reposts: number | null;
  };
  readonly hashtags: readonly string[];
  readonly mentions: readonly string[];
  readonly isRepost?: boolean;
  /** Whole addresses: a network that shortens them finds posts by what is written in them. */
  readonly links?: readonly string[];
}

export interface QueryMatch {
  /** As the query has it; hashtags with `#`, mentions and authors with `@`. */
  readonly term: string;
  /** Where the text says so; empty when a tag or the author's name does. */
  readonly places: readonly Found[];
}

/** Every part of the query that the post holds, in the query's order. */
export function matchQuery(
  query: CampaignQuery,
  post: RuledPost,
  text: FoldedText = foldText(post.text),
): QueryMatch[] {
  const { folded } = text;
  let stems: ReadonlyMap<string, Found> | undefined;
  const readStems = () => (stems ??= placeStems(text));
  const links = (post.links ?? []).map((link) => foldText(link).folded).join(' ');
  const places = (found: Found | readonly Found[] | null): readonly Found[] | null =>
    found === null ? null : 'start' in found ? [found] : found;

  const matches: QueryMatch[] = [];
  const keep = (term: string, found: readonly Found[] | null) => {
    if (found) matches.push({ term, places: found });
  };
  for (const keyword of query.keywords) {
    const wanted = fold(keyword);
    if (wanted === '') continue;
    keep(keyword, findAllWords(folded, wanted, readStems) ?? (links && findTerm(links, wanted) ? [] : null));
  }
  for (const phrase of query.phrases) {
    const wanted = fold(phrase);
    if (wanted !== '') keep(phrase, places(findTerm(folded, wanted, { allowsParticles: true })));
  }
  for (const tag of query.hashtags) {
    const wanted = fold(bare(tag));
    const isTagged = post.hashtags.some((each) => fold(bare(each)) === wanted);
    keep(`#${bare(tag)}`, places(findTerm(folded, `#${wanted}`)) ?? (isTagged ? [] : null));
  }
  for (const mention of query.mentions) {
    const isNamed = post.mentions.some((each) => isSameHandle(each, mention));
    keep(`@${bare(mention)}`, places(findTerm(folded, `@${fold(bare(mention))}`)) ?? (isNamed ? [] : null));
  }
  for (const handle of query.follow) keep(`@${bare(handle)}`, isSameHandle(post.authorHandle, handle) ? [] : null);
  return matches;
}

/** Of one network: with or without its sign, and without the server where only one of the two names it. */
export function isSameHandle(a: string, b: string): boolean {
  const [first, second] = [fold(bare(a)), fold(bare(b))];
  if (first === second) return first !== '';
  const [nameA, serverA] = first.split('@');
  const [nameB, serverB] = second.split('@');
  return nameA === nameB && (serverA === undefined) !== (serverB === undefined);
}

export const fold = (term: string): string => foldText(term).folded.trim();

const bare = (name: string): string => name.trim().replace(/^[@#＠＃]+/u, '');
