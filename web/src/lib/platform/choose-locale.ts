import { LOCALES, type Locale } from './i18n.ts';

/** The cookie's language, else the first known one of `Accept-Language` by its weights, else English. */
export function chooseLocale(cookie: string | undefined, acceptLanguage: string | null): Locale {
  const chosen = LOCALES.find((locale) => locale === cookie);
  if (chosen) return chosen;

  for (const tag of wantedTags(acceptLanguage)) {
    const known = LOCALES.find((locale) => locale === languageOf(tag));
    if (known) return known;
  }
  return 'en';
}

/** The browser's own form of the language, such as `en-GB`, so that dates read as the reader writes them. */
export function chooseRegion(locale: Locale, acceptLanguage: string | null): string {
  return wantedTags(acceptLanguage).find((tag) => languageOf(tag) === locale && PLAIN_TAG.test(tag)) ?? locale;
}

/** Language, script and region. Other tags can be ones that `Intl` refuses. */
const PLAIN_TAG = /^[a-z]{2}(-[a-z]{4})?(-([a-z]{2}|\d{3}))?$/i;

const languageOf = (tag: string) => tag.toLowerCase().split('-')[0];

/** The tags of `Accept-Language`, the most wanted first. */
function wantedTags(acceptLanguage: string | null): string[] {
  return (acceptLanguage ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().split(';');
      const weight = parameters.find((parameter) => parameter.trim().startsWith('q='));
      return { tag, weight: weight ? Number(weight.trim().slice(2)) : 1 };
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .map(({ tag }) => tag);
}
