import type { I18n } from '#lib/platform/i18n.ts';

const SHOWN = 4;

/** Questions about what this archive holds: its most frequent tags and its newest items. */
export function exampleQuestions(
  { tags, titles }: { tags: readonly string[]; titles: readonly string[] },
  { t }: Pick<I18n, 't'>,
): string[] {
  const about = tags.slice(0, 2).map((tag) => t('chat.example.tag', { tag }));
  const of = titles.slice(0, SHOWN - about.length).map((title) => t('chat.example.title', { title }));
  return [...about, ...of];
}
