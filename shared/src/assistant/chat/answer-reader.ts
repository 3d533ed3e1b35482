/** One passage a model points to: its number, and the words it says it takes from it. */
export interface Pointer {
  readonly n: number;
  readonly quote: string | null;
}

/** An answer in the order it is read: words to show, and places where passages are cited. */
export type AnswerPiece =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'pointers'; readonly pointers: readonly Pointer[] };

export interface AnswerReader {
  /** What is certain after this much of the stream. */
  push(text: string): AnswerPiece[];
  /** The rest. A citation that was never closed is dropped. */
  end(): AnswerPiece[];
}

/** A quotation that runs on is none: what was held back is shown as text then. */
const LONGEST_POINTER = 800;

/**
 * Reads a model's answer while it is written. `[2]`, `[2 "the very words"]` and `[1, 3 "words"]` become pointers; text is held
 * back from `[` until that is decided, and no longer. What Markdown would turn into a link, an image or HTML is taken apart,
 * because the model may repeat what a hostile passage asked for.
 */
export function answerReader(): AnswerReader {
  let held = '';

  function read(isEnd: boolean): AnswerPiece[] {
    const pieces: AnswerPiece[] = [];
    const show = (text: string) => {
      const last = pieces.at(-1);
      if (text === '') return;
      if (last?.type === 'text') pieces[pieces.length - 1] = { type: 'text', text: last.text + text };
      else pieces.push({ type: 'text', text });
    };
    while (held !== '') {
      const at = held.search(/[[\]<]/);
      if (at === -1) {
        show(held);
        held = '';
        break;
      }
      show(held.slice(0, at));
      held = held.slice(at);
      const step = held[0] === '[' ? readPointers(held) : disarm(held);
      if (step === 'wait') {
        if (!isEnd && held.length < LONGEST_POINTER) break;
        // A number in an open bracket is half a citation; anything else is text.
        show(isEnd && /^\[\s*\d/.test(held) ? '' : held[0]!);
        held = isEnd && /^\[\s*\d/.test(held) ? '' : held.slice(1);
        continue;
      }
      if ('text' in step) show(step.text);
      else pieces.push({ type: 'pointers', pointers: step.pointers });
      held = held.slice(step.length);
    }
    return pieces;
  }

  return {
    push(text) {
      held += text;
      return read(false);
    },
    end: () => read(true),
  };
}

type Step = 'wait' | { text: string; length: number } | { pointers: Pointer[]; length: number };

/** `](` and `]:` make links and images of what stands before them, `<` before a letter makes HTML. */
function disarm(held: string): Step {
  if (held.length < 2) return 'wait';
  if (held[0] === ']') return { text: /^\][(:]/.test(held) ? '] ' : ']', length: 1 };
  return { text: /^<[a-z/!?]/i.test(held) ? '‹' : '<', length: 1 };
}

const CLOSING: Record<string, string> = { '"': '"', '“': '””"', '„': '“”"', '«': '»' };

/** `held` begins with a bracket. Anything but numbers, separators and quotations in it makes it plain text. */
function readPointers(held: string): Step {
  const plain: Step = { text: '[', length: 1 };
  const pointers: { n: number; quote: string | null }[] = [];
  let at = 1;
  let needsNumber = true;
  for (;;) {
    at += /^\s*/.exec(held.slice(at))![0].length;
    const next = held[at];
    if (next === undefined) return 'wait';
    if (needsNumber) {
      const digits = /^\d{1,3}/.exec(held.slice(at))?.[0];
      if (!digits) return plain;
      pointers.push({ n: Number(digits), quote: null });
      at += digits.length;
      needsNumber = false;
    } else if (next === ']') {
      return { pointers, length: at + 1 };
    } else if (next in CLOSING) {
      const end = endOfQuotation(held, at + 1, CLOSING[next]!);
      if (end === 'wait') return 'wait';
      const pointer = pointers.at(-1)!;
      const quote = held.slice(at + 1, end);
      pointer.quote = pointer.quote === null ? quote : `${pointer.quote} … ${quote}`;
      at = end + 1;
    } else if (/[,;:]/.test(next)) {
      at += 1;
      // After a comma another number may follow, after a colon the quotation.
      const rest = /^\s*(.)/.exec(held.slice(at))?.[1];
      if (rest === undefined) return 'wait';
      needsNumber = /\d/.test(rest);
    } else return plain;
  }
}

/** Quotations hold quotation marks of their own: the one that counts stands before a separator or the bracket's end. */
function endOfQuotation(held: string, from: number, closing: string): number | 'wait' {
  for (let at = from; at < held.length; at += 1) {
    if (!closing.includes(held[at]!)) continue;
    const after = /^\s*(.)/s.exec(held.slice(at + 1))?.[1];
    if (after === undefined) return 'wait';
    if (/[\],;]/.test(after)) return at;
  }
  return 'wait';
}
