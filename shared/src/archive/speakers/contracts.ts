import { z } from 'zod';
import { oneLine } from '../storable-text.ts';

export const SpeakerName = z.string().overwrite(oneLine).min(1).max(120);
/** What a transcript calls a voice: `Speaker 1`, or the name that subtitles gave. */
export const SpeakerLabel = z.string().min(1).max(500);

/** How many colours speakers have; they are numbered from 0. */
export const SPEAKER_COLOURS = 8;

/** A person of the organisation. */
export const Speaker = z.object({
  id: z.uuid(),
  name: z.string(),
  colour: z.number().int().min(0).max(7),
  itemCount: z.number().int(),
  seconds: z.number().describe('How long they speak, over all items'),
  voiceCount: z.number().int().describe('Voice prints kept of them'),
});
export type Speaker = z.infer<typeof Speaker>;

/** Who speaks in an item: one name, with every label it stands for. */
export const ItemSpeaker = z.object({
  /** The first of its labels, by which it is named in requests. */
  label: z.string(),
  labels: z.array(z.string()),
  name: z.string(),
  speakerId: z.uuid().nullable(),
  colour: z.number().int().min(0).max(7).describe('Different for the first eight of an item'),
  seconds: z.number(),
  recognised: z.boolean().describe('Named because the voice was known'),
  sample: z
    .object({ startSeconds: z.number(), endSeconds: z.number() })
    .nullable()
    .describe('Where this voice is heard well, ten seconds at most'),
});
export type ItemSpeaker = z.infer<typeof ItemSpeaker>;

/** `everywhere` renames the person in all items; without it the voice becomes the person of that name. */
export const ItemSpeakerRename = z.strictObject({
  label: SpeakerLabel,
  name: SpeakerName,
  everywhere: z.boolean().default(false),
});
export type ItemSpeakerRename = z.input<typeof ItemSpeakerRename>;

export const ItemSpeakerMerge = z.strictObject({ label: SpeakerLabel, into: SpeakerLabel });
export type ItemSpeakerMerge = z.infer<typeof ItemSpeakerMerge>;

export const ItemSpeakerUnlink = z.strictObject({ label: SpeakerLabel });
export type ItemSpeakerUnlink = z.infer<typeof ItemSpeakerUnlink>;

export const SpeakerChange = z.strictObject({ name: SpeakerName });
export type SpeakerChange = z.infer<typeof SpeakerChange>;

export const SpeakerMerge = z.strictObject({ intoId: z.uuid() });
export type SpeakerMerge = z.infer<typeof SpeakerMerge>;

/** An item in which a person speaks. */
export const SpokenItem = z.object({
  id: z.uuid(),
  title: z.string(),
  seconds: z.number(),
  createdAt: z.iso.datetime(),
});
export type SpokenItem = z.infer<typeof SpokenItem>;

/** Event `speakers.changed` on the private topic `org:<orgId>:archive`. */
export const SpeakersChanged = z.object({ itemId: z.uuid() });
export type SpeakersChanged = z.infer<typeof SpeakersChanged>;
