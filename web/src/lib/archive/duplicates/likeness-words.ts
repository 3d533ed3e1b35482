import type { DuplicatePair, DuplicateSide } from '@nexus/shared/archive';
import type { I18n } from '#lib/platform/i18n.ts';

/** "92 % of "A" sounds like 3:10–12:40 of "B".": told of the side of which more is in the other. */
export function likenessWords({ t, percent, duration }: I18n, pair: DuplicatePair): string {
  const { first, second } = pair;
  if (pair.foundBy === 'file') return t('duplicates.sameFile');
  const [part, whole] = (first.share ?? 0) >= (second.share ?? 0) ? [first, second] : [second, first];
  const words = {
    share: percent(part.share ?? 0),
    part: part.item.title,
    whole: whole.item.title,
    from: duration(whole.startSeconds ?? 0),
    to: duration(endSeconds(whole, pair)),
  };
  return t(pair.relation === 'maybe' ? 'duplicates.soundsMaybe' : 'duplicates.sounds', words);
}

/** Where the shared stretch ends in one of the two, not beyond its end. */
export function endSeconds({ startSeconds, item }: DuplicateSide, { lengthSeconds }: DuplicatePair): number {
  return Math.min((startSeconds ?? 0) + (lengthSeconds ?? 0), item.durationSeconds ?? Number.POSITIVE_INFINITY);
}
