import { stem, words } from '../../assistant/offline/words.ts';
import type { FoldedText } from './folded-text.ts';

/** Where a term stands in a folded text. */
export interface Found {
  readonly start: number;
  readonly end: number;
}

/** Scripts that are written without spaces have no ends of words; in Korean, endings are written onto the word. */
const UNSPACED = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}`;
const IN_WORD = new RegExp(String.raw`^(?![${UNSPACED}])[\p{L}\p{N}\p{M}_]`, 'u');
const HANGUL = /\p{Script=Hangul}$/u;
/** What may stand between the words of a phrase: anything that is not a word. */
const BETWEEN = /[^\p{L}\p{N}\p{M}]*/uy;
/** Articles and particles that Arabic and Hebrew write onto the word. */
const PARTICLES = /^(?:[وفبكل]{0,2}(?:ال|لل)?|[ובהכלמש]{1,2})$/u;
const BEFORE = /[\p{Script=Arabic}\p{Script=Hebrew}]{1,4}$/u;

interface Leniency {
  /** Particles written onto the word are no other word. */
  readonly allowsParticles?: boolean;
}

/** The first place where these words stand one after the other, each as a whole word. The term is folded and not empty. */
export function findTerm(text: string, term: string, leniency: Leniency = {}): Found | null {
  const [first, ...rest] = term.trim().split(' ');
  if (!first) return null;
  for (let start = text.indexOf(first); start !== -1; start = text.indexOf(first, start + 1)) {
    if (!isWordStart(text, start, leniency)) continue;
    const end = endOf(text, start, first, rest);
    if (end !== null) return { start, end };
  }
  return null;
}

/** Each of the words somewhere, as it is or in another form of it. */
export function findAllWords(text: string, term: string, stems: () => ReadonlyMap<string, Found>): Found[] | null {
  const found: Found[] = [];
  for (const word of term.trim().split(' ')) {
    const place = findTerm(text, word, { allowsParticles: true }) ?? findByStem(word, stems);
    if (!place) return null;
    found.push(place);
  }
  return found;
}

/** Where the first word of each stem stands. */
export function placeStems({ folded }: FoldedText): ReadonlyMap<string, Found> {
  const places = new Map<string, Found>();
  let from = 0;
  for (const word of words(folded)) {
    const start = folded.indexOf(word, from);
    from = start + word.length;
    const key = formless(word);
    if (!places.has(key)) places.set(key, { start, end: from });
  }
  return places;
}

function findByStem(word: string, stems: () => ReadonlyMap<string, Found>): Found | null {
  // A short word's stem is half the dictionary's.
  return word.length < 4 || /[^\p{L}]/u.test(word) ? null : (stems().get(formless(word)) ?? null);
}

/** `stem` leaves words of four letters alone; in Russian those bend as others do: “ёлка”, “ёлку”. */
const formless = (word: string): string => (/^[а-я]{3}[аяуюыиео]$/.test(word) ? word.slice(0, 3) : stem(word));

function endOf(text: string, start: number, first: string, rest: readonly string[]): number | null {
  let end = start + first.length;
  if (!isWordEnd(text, end)) return null;
  for (const word of rest) {
    BETWEEN.lastIndex = end;
    const next = end + (BETWEEN.exec(text)?.[0].length ?? 0);
    // What the next word begins with may be what was skipped: “.NET”, “#tag”.
    const at = text.startsWith(word, next) ? next : text.startsWith(word, end + 1) ? end + 1 : -1;
    if (at === -1 || !isWordEnd(text, at + word.length)) return null;
    end = at + word.length;
  }
  return end;
}

function isWordStart(text: string, at: number, { allowsParticles = false }: Leniency): boolean {
  if (at === 0 || !IN_WORD.test(text.slice(at, at + 2)) || !IN_WORD.test(letterBefore(text, at))) return true;
  if (!allowsParticles) return false;
  const [particles] = BEFORE.exec(text.slice(Math.max(0, at - 5), at)) ?? [];
  return (
    particles !== undefined &&
    PARTICLES.test(particles) &&
    !IN_WORD.test(letterBefore(text, at - particles.length) || ' ')
  );
}

function isWordEnd(text: string, at: number): boolean {
  const last = letterBefore(text, at);
  if (at >= text.length || !IN_WORD.test(last) || HANGUL.test(last)) return true;
  return !IN_WORD.test(text.slice(at, at + 2));
}

/** A code point may take two places. */
function letterBefore(text: string, at: number): string {
  const low = text.charCodeAt(at - 1);
  return text.slice(low >= 0xdc00 && low <= 0xdfff ? at - 2 : at - 1, at);
}
