import { detectLanguage } from '../../../assistant/offline/detect-language.ts';
import type { Intent } from '../../judging-contracts.ts';

/** The few sentences of the offline method, in the language its reader described the campaign in. */
export interface ReasonWords {
  readonly byWords: string;
  readonly says: string;
  readonly saysNone: string;
  readonly shares: string;
  readonly likeUp: string;
  readonly likeDown: string;
  readonly intents: Record<Intent, string>;
}

const WORDS: Record<'en' | 'ru', ReasonWords> = {
  en: {
    byWords: 'Judged by words, without a model',
    says: 'says',
    saysNone: 'none of the words looked for',
    shares: 'shares with what is looked for:',
    likeUp: 'is like a post rated up:',
    likeDown: 'is like a post rated down:',
    intents: {
      'buying-signal': 'sounds like somebody who wants to buy',
      complaint: 'complains',
      comparison: 'compares',
      question: 'asks something',
      praise: 'praises',
      news: 'reports news',
      noise: 'asks, praises and complains of nothing',
    },
  },
  ru: {
    byWords: 'Оценено по словам, без модели',
    says: 'есть слова',
    saysNone: 'искомых слов нет',
    shares: 'общее с тем, что вы ищете:',
    likeUp: 'похоже на пост, который вы оценили хорошо:',
    likeDown: 'похоже на пост, который вы оценили плохо:',
    intents: {
      'buying-signal': 'похоже, человек хочет купить',
      complaint: 'жалоба',
      comparison: 'сравнение',
      question: 'вопрос',
      praise: 'похвала',
      news: 'новость',
      noise: 'ни вопроса, ни похвалы, ни жалобы',
    },
  },
};

export const reasonWords = (description: string): ReasonWords =>
  WORDS[detectLanguage(description) === 'ru' || isCyrillic(description) ? 'ru' : 'en'];

/** A description of few words has no function words to tell it by; Ukrainian has letters of its own. */
const isCyrillic = (text: string): boolean =>
  (text.match(/[а-яё]/gi)?.length ?? 0) > text.length / 2 && !/[іїєґў]/i.test(text);
