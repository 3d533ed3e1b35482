import type { TimedText } from './join-segments.ts';
import type { WhisperPiece } from './whisper-messages.ts';

type Phrase = Required<Omit<TimedText, 'speaker'>>;

/** A new phrase after this much silence, or when one gets too long to read at a glance. */
const PAUSE_SECONDS = 1;
const LONGEST_SECONDS = 15;
/** The engine's own phrase borders (pieces without text) count once a phrase is this long. */
const LONG_ENOUGH_SECONDS = 6;

/** Tokens with times to phrases with words. A token that begins with a space begins a word; scripts without spaces have none. */
export function wordsToPhrases(pieces: readonly WhisperPiece[]): TimedText[] {
  const phrases: Phrase[] = [];
  let isOpen = false;
  for (const { text, t0, t1 } of pieces) {
    const startSeconds = t0 / 1000;
    const endSeconds = Math.max(t0, t1) / 1000;
    const phrase = phrases.at(-1);
    if (text === '') {
      if (phrase && phrase.endSeconds - phrase.startSeconds >= LONG_ENOUGH_SECONDS) isOpen = false;
      continue;
    }

    const isNewWord = /^\s/.test(text) || isWithoutSpaces(text);
    if (!phrase || (isNewWord && (!isOpen || endsHere(phrase, startSeconds)))) {
      phrases.push({ startSeconds, endSeconds, text, words: [{ text: text.trim(), startSeconds, endSeconds }] });
      isOpen = true;
      continue;
    }
    phrase.text += text;
    phrase.endSeconds = endSeconds;
    const word = phrase.words.at(-1)!;
    if (isNewWord) phrase.words.push({ text: text.trim(), startSeconds, endSeconds });
    else Object.assign(word, { text: word.text + text, endSeconds });
  }
  return phrases;
}

function endsHere(phrase: Phrase, nextSeconds: number): boolean {
  if (/[.?!…。？！]["'”’)\]]*$/.test(phrase.text)) return true;
  return nextSeconds - phrase.endSeconds >= PAUSE_SECONDS || nextSeconds - phrase.startSeconds >= LONGEST_SECONDS;
}

function isWithoutSpaces(text: string): boolean {
  return /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u.test(
    text,
  );
}
