import { isContentWord, stem, words } from '../offline/words.ts';

/** Words that ask and say nothing of what is asked for, as stems. */
const ASKING = new Set(
  `answer archive ask describe discuss discussed explain list mention mentioned question recall recording said say speak talk talked tell
  told архив архиве вопрос вопросы запись записи записях говорят говорится говорил говорила говорили говорилось обсуждали обсуждалось
  объясни объясните ответь ответьте перечисли перечислите расскажи расскажите скажи скажите сказали сказано упоминали упоминалось`
    .split(/\s+/)
    .map(stem),
);

/** The words of a question that a passage should hold, in their own form. All of its words when none is of that kind. */
export function questionWords(question: string): string[] {
  const all = words(question);
  const content = all.filter((word) => (isContentWord(word) || /\d/.test(word)) && !ASKING.has(stem(word)));
  return [...new Set(content.length > 0 ? content : all)];
}
