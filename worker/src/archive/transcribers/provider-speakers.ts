import type { TimedText } from './join-segments.ts';

/** `2/A`, `0/SPEAKER_01`, `1/spk_3`: the part, and a name that only counts. */
const COUNTED = /^\d+\/(?:(?:speaker|spk)?[\s_-]*(?:\d+|[a-z]))$/i;

/**
 * What a provider calls its speakers, with the number of the part in front, as labels of the whole recording: those that only
 * count become `Speaker 1`, `Speaker 2` in the order of being heard; a name stays, and is the same person in every part.
 */
export function nameProviderSpeakers(said: readonly TimedText[]): TimedText[] {
  const numbers = new Map<string, number>();
  return said
    .toSorted((a, b) => a.startSeconds - b.startSeconds)
    .map((item) => {
      if (!item.speaker) return item;
      if (!COUNTED.test(item.speaker)) return { ...item, speaker: item.speaker.slice(item.speaker.indexOf('/') + 1) };
      if (!numbers.has(item.speaker)) numbers.set(item.speaker, numbers.size + 1);
      return { ...item, speaker: `Speaker ${numbers.get(item.speaker)}` };
    });
}
