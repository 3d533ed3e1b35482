import type { EnrichInput } from '../enricher.ts';
import type { RankedSentence } from './rank-sentences.ts';
import { words } from './words.ts';

const LONGEST = 90;

/** A title from what is there: its own, its first heading, or else the most central sentence that is short enough. */
export function chooseTitle(input: EnrichInput, ranked: readonly RankedSentence[]): string | null {
  const given = input.title?.trim();
  if (given && !looksLikeFileName(given)) return shorten(given);
  const heading = input.segments.find(({ kind, text }) => kind === 'heading' && text.trim() !== '');
  if (heading) return shorten(heading.text);

  const byScore = ranked.toSorted((a, b) => b.score - a.score);
  const best =
    byScore.find(({ text, score }) => score > 0 && text.length <= LONGEST && words(text).length >= 3) ?? byScore[0];
  return best ? shorten(best.text) : null;
}

/** “VID_20240301”, “scan 0012.pdf”, “recording-3”: nothing a reader learns from. */
export function looksLikeFileName(title: string): boolean {
  if (/\.[a-z0-9]{2,5}$/i.test(title)) return true;
  return /^(?:vid|img|dsc|mov|rec|scan|recording|audio|video|document|untitled|запись|без названия)?[\s_-]*[\d\s_.:-]*$/i.test(
    title,
  );
}

/** At most 90 characters, cut between words, without the full stop of a sentence. */
function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const whole = line.replace(/(?<![.!?…])\s*[.,;:]$/, '');
  const first = (title: string) => title.charAt(0).toUpperCase() + title.slice(1);
  if (whole.length <= LONGEST) return first(whole);
  const cut = whole.slice(0, LONGEST);
  return first(`${cut.slice(0, Math.max(cut.lastIndexOf(' '), 40)).replace(/[\s,;:–—-]+$/, '')}…`);
}
