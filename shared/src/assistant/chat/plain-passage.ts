import type { ReadPassage } from './read-passage.ts';

/** Signs that show nothing and hide words from a reader: zero-width ones, changes of direction, tags, variation selectors. */
const UNSEEN = /[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e0fff}]|[\ufe00-\ufe0f]/gu;

/** A text without what nobody sees, at the same length, so that offsets into it stay. */
export function withoutUnseen(text: string): string {
  // A space would part a word in two: its letters move together and the gap goes behind it.
  return text.replace(/\S+/g, (word) => {
    const seen = word.replace(UNSEEN, '');
    return seen + ' '.repeat(word.length - seen.length);
  });
}

/**
 * Passages as a model reads them, each under its number. Square brackets and the marks of chat templates are written in
 * another way, so that no passage can look like the head of another, like a citation, or like a turn of the conversation.
 */
export function renderPassages(passages: readonly ReadPassage[]): string {
  return passages.map((passage) => `[${passage.n}] ${disarmed(headOf(passage))}\n${renderText(passage)}`).join('\n\n');
}

function headOf({ title, heading, kind, parts }: ReadPassage): string {
  const at = parts[0]?.startSeconds;
  return [title, heading, at === null || at === undefined ? kind : `${kind} at ${clock(at)}`]
    .filter(Boolean)
    .join(' · ');
}

/** Who speaks stands in front where it changes. */
function renderText({ text, parts }: ReadPassage): string {
  let speaker: string | null = null;
  return parts
    .map((part, index) => {
      const words = disarmed(text.slice(part.offset, parts[index + 1]?.offset ?? text.length));
      const isChange = part.speaker !== null && part.speaker !== speaker;
      speaker = part.speaker;
      return isChange ? `\n${disarmed(part.speaker!)}: ${words}` : words;
    })
    .join('')
    .trim();
}

const disarmed = (text: string): string =>
  text.replaceAll('[', '(').replaceAll(']', ')').replaceAll('<|', '< |').replaceAll('|>', '| >');

function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${Math.floor(whole / 3600)}:${two(Math.floor((whole % 3600) / 60))}:${two(whole % 60)}`;
}
