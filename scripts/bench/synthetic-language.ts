/** Texts whose words are as unevenly frequent as real ones: 30,000 words under Zipf's law, with English function words on top. */
export interface SyntheticLanguage {
  sentence(words: number): string;
  /** About so many characters; of a topic's words when one is given. */
  paragraph(characters: number, topic?: readonly string[]): string;
  /** The words that three of four in a text about one thing are drawn from. */
  topic(): readonly string[];
  /** Three to ten words, as people ask: common and rare ones mixed. */
  question(): string;
}

const FUNCTION_WORDS = 'the of and to a in is that it for was on as with be by at this from or have an which'.split(
  ' ',
);
const VOCABULARY = 30_000;
/** With them, an hour of speech has about as many different words as a real one: 1,300 of 9,500. */
const TOPIC_WORDS = 400;
const TOPIC_SHARE = 0.75;
const SYLLABLES = 'ba co di fu ge ha ki lo mu ne po ra si tu ve wa xo yi zu ler mon tak rin dor pel'.split(' ');

/** The same seed gives the same texts. */
export function syntheticLanguage(seed: number): SyntheticLanguage {
  let state = seed;
  const random = () => {
    // Mulberry32: 32 bits of state are plenty for texts.
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const cumulative: number[] = [];
  let total = 0;
  for (let rank = 1; rank <= VOCABULARY; rank++) cumulative.push((total += 1 / (rank + 2.7)));

  const contentWord = () => spelling(rankAt(cumulative, random() * total));
  const wordOf = (topic: readonly string[]) =>
    topic.length > 0 && random() < TOPIC_SHARE ? topic[Math.floor(random() * topic.length)]! : contentWord();
  const word = (topic: readonly string[] = []) =>
    random() < 0.4 ? FUNCTION_WORDS[Math.floor(random() ** 2 * FUNCTION_WORDS.length)]! : wordOf(topic);
  const sentence = (words: number, topic?: readonly string[]) => {
    const text = Array.from({ length: words }, () => word(topic)).join(' ');
    return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
  };
  return {
    sentence: (words) => sentence(words),
    paragraph(characters, topic) {
      let text = sentence(12, topic);
      while (text.length < characters - 80) text += ` ${sentence(6 + Math.floor(random() * 8), topic)}`;
      return text;
    },
    topic: () => Array.from({ length: TOPIC_WORDS }, contentWord),
    question: () => `what ${Array.from({ length: 2 + Math.floor(random() * 8) }, () => word()).join(' ')}?`,
  };
}

function rankAt(cumulative: readonly number[], at: number): number {
  let low = 0;
  let high = cumulative.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cumulative[middle]! < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A pronounceable word of its own for every rank. */
function spelling(rank: number): string {
  let rest = rank + SYLLABLES.length;
  let text = '';
  while (rest > 0) {
    text += SYLLABLES[rest % SYLLABLES.length];
    rest = Math.floor(rest / SYLLABLES.length);
  }
  return text;
}
