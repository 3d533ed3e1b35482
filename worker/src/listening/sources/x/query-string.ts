import type { CampaignQuery } from '@nexus/shared/listening';
import { NexusError } from '@nexus/shared/platform';
import { searchedLanguage } from './languages.ts';

/** How a network's search is written. */
export interface QuerySyntax {
  /** Longer queries are refused; in characters. */
  readonly mostCharacters: number;
  /** Everything but the words themselves, such as `lang:en`. */
  readonly narrowing: (query: CampaignQuery) => readonly string[];
}

/** Exclusions may take this share of a query: what does not fit is left to the rules that hold for every source. */
const MOST_EXCLUDING = 0.4;
/** Read as words by X's search; anything else inside a word, such as a colon, would be an operator. */
const PLAIN_WORD = /^[$#@]?[\p{L}\p{N}\p{M}_'’.&+-]+$/u;
const OPERATOR_WORDS = new Set(['OR', 'AND', 'NOT']);

/**
 * The query in X's words: as few queries as its length allows, which together find all. Any of keywords, phrases, hashtags, mentions and
 * authors finds a post; each query carries everything that narrows.
 */
export function queryStrings(query: CampaignQuery, syntax: QuerySyntax): string[] {
  const terms = termsOf(query);
  if (terms.length === 0) {
    throw new NexusError(
      'invalid-input',
      'Name at least one keyword, phrase, hashtag, mention or author to search X for.',
    );
  }
  const narrowing = narrowingOf(query, syntax);
  const room = syntax.mostCharacters - narrowing.length - 3;
  const groups: string[][] = [];
  for (const term of terms) {
    const group = groups.at(-1);
    if (group && [...group, term].join(' OR ').length <= room) group.push(term);
    else groups.push([term]);
  }
  return groups.map((group) => {
    const found = group.length === 1 ? group[0]! : `(${group.join(' OR ')})`;
    return narrowing === '' ? found : `${found} ${narrowing}`;
  });
}

function termsOf({ keywords, phrases, hashtags, mentions, follow }: CampaignQuery): string[] {
  const terms = [
    ...keywords.map(keywordTerm),
    ...phrases.map(quoted),
    ...hashtags.map((tag) => `#${handle(tag)}`),
    ...mentions.map((name) => `@${handle(name)}`),
    ...follow.map((name) => `from:${handle(name)}`),
  ];
  return [...new Set(terms.filter((term) => /[\p{L}\p{N}]/u.test(term)))];
}

/** All its words, in any order: beside each other means "and". */
function keywordTerm(keyword: string): string {
  const words = keyword.split(/\s+/).filter(Boolean).map(word);
  return words.length > 1 ? `(${words.join(' ')})` : (words[0] ?? '');
}

const word = (text: string): string =>
  PLAIN_WORD.test(text) && !OPERATOR_WORDS.has(text) && !text.startsWith('-') ? text : quoted(text);
/** There is no way to write a quotation mark inside. */
const quoted = (text: string): string => `"${text.replaceAll(/["“”]/g, ' ').trim()}"`;
const handle = (name: string): string => name.replaceAll(/[^\p{L}\p{N}\p{M}_]/gu, '');

function narrowingOf(query: CampaignQuery, { narrowing, mostCharacters }: QuerySyntax): string {
  const excluding: string[] = [];
  let left = mostCharacters * MOST_EXCLUDING;
  const exclusions = [
    ...query.exclude.map((text) => `-${text.includes(' ') ? quoted(text) : word(text)}`),
    ...query.mute.map((name) => `-from:${handle(name)}`),
  ];
  for (const exclusion of exclusions) {
    if (exclusion.length + 1 > left) continue;
    left -= exclusion.length + 1;
    excluding.push(exclusion);
  }
  return [...narrowing(query), ...languages(query), ...excluding].join(' ');
}

/** Several are one group. */
function languages(query: CampaignQuery): string[] {
  const known = [...new Set(query.languages.map((tag) => `lang:${searchedLanguage(tag)}`))];
  if (known.length === 0) return [];
  return [known.length === 1 ? known[0]! : `(${known.join(' OR ')})`];
}
