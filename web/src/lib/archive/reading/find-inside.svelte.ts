import type { PlacedSegment } from '../open-item.svelte.ts';
import { findIn, type TextRange } from './line-pieces.ts';

export interface InsideMatch extends TextRange {
  /** Of its segment. */
  position: number;
}

/** Typing goes on for that long before ten thousand lines are looked through. */
const PAUSE_MS = 150;

/** Words looked for inside one item: every place, and the one that is shown. */
export class FindInside {
  /** What is typed. */
  text = $state('');
  /** What is looked for. */
  wanted = $state('');
  at = $state(0);
  matches = $derived(this.#find());
  byPosition = $derived(Map.groupBy(this.matches, ({ position }) => position));
  current = $derived(this.matches[Math.min(this.at, this.matches.length - 1)]);
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly segments: () => readonly PlacedSegment[]) {}

  #find(): InsideMatch[] {
    const wanted = this.wanted;
    if (wanted === '') return [];
    return this.segments().flatMap(({ position, text }) =>
      findIn(text, wanted).map((range) => ({ ...range, position })),
    );
  }

  type(text: string): void {
    this.text = text;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.look(), PAUSE_MS);
  }

  /** Looks now for what is typed. */
  look(): void {
    clearTimeout(this.#timer);
    const wanted = this.text.trim();
    if (wanted === this.wanted) return;
    this.wanted = wanted;
    this.at = 0;
  }

  step(by: 1 | -1): void {
    this.look();
    const count = this.matches.length;
    if (count > 0) this.at = (Math.min(this.at, count - 1) + by + count) % count;
  }

  clear(): void {
    this.text = '';
    this.look();
  }
}
