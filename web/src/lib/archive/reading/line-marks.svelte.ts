/** What stands out in one group of lines, by the index of the line; -1 for none. */
export class LineMarks {
  current = $state(-1);
  tabStop = $state(-1);
  /** Of the current line the word being said. */
  word = $state(-1);
}

/**
 * Marks of all groups. Each group has its own, because ten thousand lines that all depend on one number cost 100 ms whenever it
 * changes, and it changes with every word.
 */
export class MarkedLines {
  readonly #groups: LineMarks[] = [];

  constructor(private readonly size: number) {}

  /** Of the group with this number. */
  of(group: number): LineMarks {
    return (this.#groups[group] ??= new LineMarks());
  }

  move(kind: 'current' | 'tabStop', index: number): void {
    const group = index < 0 ? undefined : this.of(Math.floor(index / this.size));
    for (const marks of this.#groups) if (marks && marks !== group && marks[kind] !== -1) marks[kind] = -1;
    if (group) group[kind] = index;
  }

  say(index: number, word: number): void {
    if (index >= 0) this.of(Math.floor(index / this.size)).word = word;
  }
}
