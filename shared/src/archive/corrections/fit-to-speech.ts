import { alignTokens, gapsOf } from './align-tokens.ts';
import { type Found, isMiddleWithin, locateTokens, type TimeRange } from './locate-tokens.ts';
import type { OverlaidSegment, Statement } from './overlay.ts';
import { reassign, rewrite } from './overlay-segment.ts';
import { timeTokens, type TimedToken } from './retime-words.ts';
import { type Token, tokensOf } from './tokens.ts';

/** Cues of two runs begin and end up to about so much apart. */
const SLACK_SECONDS = 1;
/** Half of the words must be recognised, as they were or as they were corrected. */
const SIMILAR_ENOUGH = 0.5;
/** A cue belongs to the speaker of a correction that covers this much of it. */
const MOST_OF_IT = 0.5;

/** A token of a cue. */
interface PlacedToken extends TimedToken {
  readonly segment: OverlaidSegment;
}

/**
 * Lays a correction of an earlier version over the cues of this one: finds the words that were meant near their seconds, however
 * the cues are cut now, and puts the corrected ones in their place. Answers the cues it lies on; null, and nothing changed, when
 * the words are not there.
 */
export function fitToSpeech(segments: readonly OverlaidSegment[], statement: Statement): OverlaidSegment[] | null {
  const { startSeconds, endSeconds, text } = statement;
  if (startSeconds === null || endSeconds === null) return null;
  const range = { startSeconds, endSeconds };
  const tokens = segments
    .filter((segment) => overlaps(segment, startSeconds - SLACK_SECONDS, endSeconds + SLACK_SECONDS))
    .flatMap(placeTokens)
    .filter(
      (token) => token.endSeconds >= startSeconds - SLACK_SECONDS && token.startSeconds <= endSeconds + SLACK_SECONDS,
    );

  const original = locateTokens(tokensOf(statement.originalText), tokens, range);
  const corrected = text === null ? null : locateTokens(tokensOf(text), tokens, range);
  const found = worth(corrected, tokens, range) >= worth(original, tokens, range) ? corrected : original;
  // What should go and is not there has gone.
  if (!found || found.similarity < SIMILAR_ENOUGH) return text === '' ? [] : null;

  const covered = tokens.slice(found.from, found.to);
  const byCue = Map.groupBy(covered, ({ segment }) => segment);
  for (const [segment, tokens] of byCue)
    if (tokens.length >= MOST_OF_IT * tokensOf(segment.text).length) reassign(segment, statement, false);
  if (text !== null) replaceTokens(byCue, covered, text);
  return [...byCue.keys()];
}

/** A place that leaves words of those seconds over is worse: they would stand beside the corrected ones. */
function worth(found: Found | null, tokens: readonly TimedToken[], range: TimeRange): number {
  if (!found) return 0;
  const count = tokens.filter((token) => isMiddleWithin(token, range, 0)).length;
  const covered = tokens.slice(found.from, found.to).filter((token) => isMiddleWithin(token, range, 0)).length;
  return found.similarity - (count - covered) / (2 * count || 1);
}

function overlaps({ startSeconds, endSeconds }: OverlaidSegment, from: number, to: number): boolean {
  return startSeconds !== null && endSeconds !== null && startSeconds <= to && endSeconds >= from;
}

function placeTokens(segment: OverlaidSegment): PlacedToken[] {
  const { text, words, startSeconds, endSeconds } = segment;
  if (startSeconds === null || endSeconds === null) return [];
  return timeTokens(text, { words, startSeconds, endSeconds }).map((token) => ({ ...token, segment }));
}

/** The words of `text` go to the cues of the words they replace; each cue keeps what it says before and after. */
function replaceTokens(
  byCue: ReadonlyMap<OverlaidSegment, readonly PlacedToken[]>,
  covered: readonly PlacedToken[],
  text: string,
): void {
  const wanted = tokensOf(text);
  const homes = homesOf(wanted, covered);
  let cut = 0;
  for (const [segment, tokens] of byCue) {
    const mine = homes.filter((home) => home === segment).length;
    const part = sliceTokens(text, wanted, cut, cut + mine);
    cut += mine;
    const [before, after] = [segment.text.slice(0, tokens[0]!.from), segment.text.slice(tokens.at(-1)!.to)];
    rewrite(segment, tidy(before + part + after));
  }
}

/** For each word of the new text the cue it is said in. In order, because pairs and gaps are. */
function homesOf(wanted: readonly Token[], covered: readonly PlacedToken[]): OverlaidSegment[] {
  const partners = alignTokens(covered, wanted);
  for (const { from, to } of gapsOf(partners, covered.length)) {
    const [count, replaced] = [to[1] - to[0], from[1] - from[0]];
    for (let at = to[0]; at < to[1]; at++) {
      const share = Math.floor(((at - to[0]) * replaced) / count);
      partners[at] = replaced > 0 ? from[0] + share : Math.max(0, from[0] - 1);
    }
  }
  return partners.map((partner) => covered[partner]!.segment);
}

const sliceTokens = (text: string, tokens: readonly Token[], from: number, to: number): string =>
  from < to ? text.slice(tokens[from]!.from, tokens[to - 1]!.to) : '';

const tidy = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
