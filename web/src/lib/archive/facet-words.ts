import type { Facets } from '@nexus/shared/archive';
import type { I18n } from '#lib/platform/i18n.ts';
import type { Facet } from './library-filter.ts';

/** What a choice of a filter is called for its reader. */
export function facetWords(i18n: I18n, facet: Facet, value: string, facets: Facets | undefined): string {
  if (facet === 'collection') return facets?.collection.find((entry) => entry.value === value)?.label ?? '…';
  if (facet === 'language') return languageWords(i18n, value);
  const key = `${facet}.${value}`;
  const isNamed = facet === 'kind' || facet === 'status' || facet === 'source';
  return isNamed && i18n.has(key) ? i18n.t(key) : value;
}

/** The language's own name for its reader; the tag itself when it is none, which an address may hold. */
function languageWords({ region }: I18n, tag: string): string {
  if (!/^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i.test(tag)) return tag;
  return new Intl.DisplayNames([region], { type: 'language' }).of(tag) ?? tag;
}
