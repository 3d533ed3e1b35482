import { stem, words } from '../offline/words.ts';

const MOST_TAGS = 8;

/** “Varroa-mites”, “varroa mite” and “VarroaMite ” are one tag. */
const keyOf = (tag: string): string =>
  words(tag.normalize('NFKD').replace(/\p{M}/gu, '').replaceAll('-', ' '))
    .map((word) => stem(word))
    .join('') || tag.toLowerCase();

/** At most eight, without near-equal ones; a tag that is in use already is written as it is there. */
export function tidyTags(tags: readonly string[], known: readonly string[] = []): string[] {
  // The most used spelling comes first, and stays.
  const inUse = new Map(known.toReversed().map((tag) => [keyOf(tag), tag]));
  const taken = new Map<string, string>();
  for (const tag of tags) {
    const tidy = tag.replace(/^#+/, '').replace(/\s+/g, ' ').trim().slice(0, 60).trim();
    const key = keyOf(tidy);
    if (tidy !== '' && !taken.has(key)) taken.set(key, inUse.get(key) ?? tidy);
  }
  return [...taken.values()].slice(0, MOST_TAGS);
}
