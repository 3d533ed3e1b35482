import type { TextSegment } from '../enricher.ts';

interface PlacedWord {
  readonly word: string;
  readonly segment: number;
  readonly start: number;
  readonly end: number;
}

/** Where quoted words stand: the segment they begin in, and how the text itself writes them. */
export interface FoundQuote {
  readonly segment: number;
  readonly text: string;
  readonly speaker: string | null;
}

/** Scripts without spaces are taken letter by letter, or no part of a line would ever match. */
const UNSPACED = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}`;
const WORD = new RegExp(String.raw`[${UNSPACED}]\p{M}*|(?:(?![${UNSPACED}])[\p{L}\p{N}\p{M}])+`, 'gu');

const normal = (text: string): string => text.normalize('NFKC').toLowerCase().replaceAll('ё', 'е');

/** The words of a text in order, to look others up in them. */
export class SpokenWords {
  readonly #words: PlacedWord[] = [];
  readonly #places = new Map<string, number[]>();

  constructor(private readonly segments: readonly TextSegment[]) {
    for (const [segment, { text }] of segments.entries()) {
      for (const match of text.matchAll(WORD)) {
        const word = normal(match[0]);
        const place = this.#words.push({ word, segment, start: match.index, end: match.index + match[0].length }) - 1;
        const places = this.#places.get(word);
        if (places) places.push(place);
        else this.#places.set(word, [place]);
      }
    }
  }

  /**
   * The words of a quote one after the other, as one speaker says them; of several places the one nearest to `segment`. Case
   * and punctuation may differ. Null when they stand nowhere, or are too few to be worth quoting.
   */
  find(quote: string, segment: number): FoundQuote | null {
    const wanted = Array.from(quote.matchAll(WORD), ([word]) => normal(word));
    if (wanted.length < 4) return null;
    let best: number | null = null;
    for (const place of this.#places.get(wanted[0]!) ?? []) {
      const isNearer = best === null || this.#distance(place, segment) < this.#distance(best, segment);
      if (isNearer && this.#standsAt(wanted, place)) best = place;
    }
    return best === null ? null : this.#read(best, best + wanted.length - 1);
  }

  /** Whether a name, or one of its words in another case (“Анной” for “Анна”), is in the text at all. */
  mentions(name: string): boolean {
    return Array.from(name.matchAll(WORD), ([word]) => normal(word)).some((word) => {
      if (this.#places.has(word)) return true;
      if (word.length < 4) return false;
      const beginning = word.slice(0, Math.max(3, Math.ceil(word.length * 0.7)));
      for (const spoken of this.#places.keys())
        if (spoken.startsWith(beginning) && Math.abs(spoken.length - word.length) <= 3) return true;
      return false;
    });
  }

  #distance(place: number, segment: number): number {
    return Math.abs(this.#words[place]!.segment - segment);
  }

  #standsAt(wanted: readonly string[], place: number): boolean {
    if (!wanted.every((word, index) => this.#words[place + index]?.word === word)) return false;
    const [first, last] = [this.#words[place]!.segment, this.#words[place + wanted.length - 1]!.segment];
    const speaker = this.segments[first]!.speaker ?? null;
    return this.segments.slice(first, last + 1).every((segment) => (segment.speaker ?? null) === speaker);
  }

  #read(from: number, to: number): FoundQuote {
    const [first, last] = [this.#words[from]!, this.#words[to]!];
    const texts: string[] = [];
    for (let segment = first.segment; segment <= last.segment; segment++) {
      const { text } = this.segments[segment]!;
      const start = segment === first.segment ? first.start : 0;
      // The mark that ends the sentence belongs to it.
      const end =
        segment === last.segment ? last.end + (/^[.!?…]+/.exec(text.slice(last.end))?.[0].length ?? 0) : text.length;
      texts.push(text.slice(start, end).trim());
    }
    const text = texts.join(' ').replace(/\s+/g, ' ');
    return { segment: first.segment, text, speaker: this.segments[first.segment]!.speaker ?? null };
  }
}
