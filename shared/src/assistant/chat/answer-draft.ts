import type { Usage } from '../model.ts';
import { addUsage } from '../model.ts';
import { costUsd, type Price } from '../price.ts';
import type { AnswerPiece } from './answer-reader.ts';
import { type Anchor, checkCitation } from './check-citation.ts';
import type { ChatEvent, ChatProblem, Citation, MessageState } from './chat-contracts.ts';
import { partAt, type ReadPassage } from './read-passage.ts';
import { statementBefore, unbackedStatements } from './statements.ts';

/** With this number the model says of a statement that the archive does not hold something. */
export const ABSENT = 0;

/** An answer while it is written: what has been shown, and what will be stored with it. */
export class AnswerDraft {
  text = '';
  state: MessageState = 'streaming';
  model: string | null = null;
  queries: readonly string[] = [];
  passages: readonly ReadPassage[] = [];
  citations: Citation[] = [];
  usage: Usage | null = null;
  costUsd: number | null = null;
  isFound: boolean | null = null;
  warning: string | null = null;
  problem: ChatProblem | null = null;
  /** Ends of statements that say something is not there. */
  #absentAt: number[] = [];
  #numbers = new Map<string, number>();
  /** Spaces that wait for what follows: before a full stop, where a citation was dropped, there are none. */
  #gap = '';
  #hasDropped = false;

  /** Shows a piece: citations that hold, then the text that names them. */
  take(piece: AnswerPiece): ChatEvent[] {
    if (piece.type === 'text') return this.write(piece.text);
    const events: ChatEvent[] = [];
    const statement = statementBefore(this.text);
    let marks = '';
    for (const pointer of piece.pointers) {
      if (pointer.n === ABSENT) this.#absentAt.push(this.text.length);
      const anchor = checkCitation(statement, pointer, this.passages);
      if (!anchor) continue;
      const { n, isNew } = this.#number(anchor);
      if (isNew) events.push({ type: 'citation', citation: this.citations.at(-1)! });
      if (!marks.includes(`[${n}]`)) marks += `[${n}]`;
    }
    this.#hasDropped = marks === '';
    return marks === ''
      ? events
      : [...events, ...this.write(this.#gap === '' && /\p{L}$/u.test(this.text) ? ` ${marks}` : marks)];
  }

  /** Adds text and tells what of it can be shown. */
  write(text: string): ChatEvent[] {
    const gap = this.#hasDropped && /^\s*[.,;:!?…)\]»”]/u.test(text) ? '' : this.#gap;
    const whole = gap + text;
    const shown = whole.trimEnd();
    this.#gap = whole.slice(shown.length);
    // Nothing is said before the first word.
    const fresh = this.text === '' ? shown.trimStart() : shown;
    if (fresh === '') return [];
    this.#hasDropped = false;
    this.text += fresh;
    return [{ type: 'text', text: fresh }];
  }

  /** A citation of a place known to bear the statement. */
  cite(anchor: Anchor): ChatEvent[] {
    const { n, isNew } = this.#number(anchor);
    const events = this.write(` [${n}]`);
    return isNew ? [{ type: 'citation', citation: this.citations.at(-1)! }, ...events] : events;
  }

  /** What a call used; its cost is known where the connection names a price. */
  spend(usage: Usage, price: Price | null | undefined): void {
    this.usage = this.usage ? addUsage(this.usage, usage) : usage;
    const cost = costUsd(price, usage);
    if (cost !== null) this.costUsd = (this.costUsd ?? 0) + cost;
  }

  /** Nothing but “that is not here”. */
  get saysOnlyAbsence(): boolean {
    return this.#absentAt.length > 0 && this.citations.length === 0;
  }

  unbacked(): number[] {
    const passages = new Map(this.citations.map(({ n, passage }) => [n, passage]));
    return unbackedStatements(this.text, (n) => passages.get(n), this.#absentAt);
  }

  #number({ passage, start, end, checked }: Anchor): { n: number; isNew: boolean } {
    const key = `${passage.n}:${start}:${end}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return { n: known, isNew: false };
    const n = this.citations.length + 1;
    const part = partAt(passage, start);
    this.#numbers.set(key, n);
    this.citations.push({
      n,
      itemId: passage.itemId,
      title: passage.title,
      kind: passage.kind,
      passage: passage.text,
      quote: passage.text.slice(start, end),
      speaker: part.speaker,
      startSeconds: part.startSeconds,
      paragraph: part.startSeconds === null ? part.position : null,
      checked,
    });
    return { n, isNew: true };
  }
}
