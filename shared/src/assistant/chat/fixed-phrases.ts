import { detectLanguage } from '../offline/detect-language.ts';

/** What code says itself in an answer, in the question's language. */
interface Phrases {
  readonly absent: string;
  readonly extracted: string;
}

const PHRASES: Record<string, Phrases> = {
  en: {
    absent: 'There is nothing about this in the archive.',
    extracted: 'Extracted from your archive without a language model:',
  },
  ru: {
    absent: 'В архиве об этом ничего нет.',
    extracted: 'Выбрано из вашего архива без языковой модели:',
  },
};

/** English for languages that have no phrases. A question without function words is told by its letters. */
export function phrasesFor(question: string): Phrases {
  const isRussian = /[а-яё]/i.test(question) && !/[a-zіїєґўј]/i.test(question);
  const language = detectLanguage(question) ?? (isRussian ? 'ru' : 'en');
  return PHRASES[language] ?? PHRASES.en!;
}
