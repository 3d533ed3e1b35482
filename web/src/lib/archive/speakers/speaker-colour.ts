/** Written out, because Tailwind finds classes by reading them. */
const TEXTS = [
  'text-speaker-0',
  'text-speaker-1',
  'text-speaker-2',
  'text-speaker-3',
  'text-speaker-4',
  'text-speaker-5',
  'text-speaker-6',
  'text-speaker-7',
] as const;
const FILLS = [
  'bg-speaker-0',
  'bg-speaker-1',
  'bg-speaker-2',
  'bg-speaker-3',
  'bg-speaker-4',
  'bg-speaker-5',
  'bg-speaker-6',
  'bg-speaker-7',
] as const;

/** Colours by name, as `ItemSpeakers.colours` holds them. */
export type SpeakerColours = ReadonlyMap<string, number>;

/** The text colour of a speaker, as a class. Without the item's colours, or for a name they lack, the name itself decides. */
export function speakerColour(name: string, colours?: SpeakerColours): string {
  return TEXTS[numberOf(name, colours)]!;
}

/** The same as a filled area. */
export function speakerFill(name: string, colours?: SpeakerColours): string {
  return FILLS[numberOf(name, colours)]!;
}

function numberOf(name: string, colours?: SpeakerColours): number {
  const known = colours?.get(name);
  if (known !== undefined) return known % TEXTS.length;
  let sum = 0;
  for (const character of name) sum = (sum * 31 + character.codePointAt(0)!) % 65_521;
  return sum % TEXTS.length;
}
