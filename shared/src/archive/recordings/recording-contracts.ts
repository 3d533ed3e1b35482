import { z } from 'zod';
import { oneLine } from '../storable-text.ts';

/** What browsers record and ffmpeg reads from a stream of pieces: WebM and Ogg, and MP4 in fragments. */
export const RECORDING_TYPES = ['audio/webm', 'audio/mp4', 'audio/ogg'] as const;

/** A second of sound is 2 to 40 kB; what a browser kept while it was offline comes in the same chunks. */
export const MOST_CHUNK_BYTES = 2 * 1024 ** 2;
/** 512 kbit/s, four times what browsers record at: with the seconds this bounds what one recording can take. */
export const MOST_BYTES_PER_SECOND = 64 * 1024;
export const DEFAULT_MAX_RECORDING_SECONDS = 6 * 3600;

const Title = z.string().overwrite(oneLine).min(1).max(500);

export const NewRecording = z.strictObject({
  /** As `MediaRecorder` names it, with or without codecs. */
  mimeType: z
    .string()
    .max(200)
    .refine((type) => RECORDING_TYPES.some((known) => type.split(';')[0]?.trim().toLowerCase() === known), {
      error: `One of ${RECORDING_TYPES.join(', ')}`,
    }),
  /** Its title as long as nobody gives one, such as "Recording, 21 November, 14:05". */
  name: Title,
  language: z
    .string()
    .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/)
    .optional()
    .describe('BCP 47 tag of what is spoken'),
});
export type NewRecording = z.infer<typeof NewRecording>;

export const RecordingState = z.enum(['recording', 'finishing', 'done']);
export type RecordingState = z.infer<typeof RecordingState>;

/** A recording under way, or what became of it. */
export const Recording = z.object({
  id: z.uuid(),
  state: RecordingState,
  mimeType: z.string(),
  name: z.string(),
  title: z.string().nullable(),
  /** The chunk to send next; all before it are stored. */
  nextSequence: z.number().int(),
  sizeBytes: z.number(),
  /** Sound up to the end of the last chunk stored. */
  recordedSeconds: z.number(),
  maxSeconds: z.number().int(),
  /** Nobody pressed stop. */
  interrupted: z.boolean(),
  /** Takes more chunks, even when it is an item already because none came for a while. */
  isOpen: z.boolean(),
  itemId: z.uuid().nullable(),
  createdAt: z.iso.datetime(),
  lastSeenAt: z.iso.datetime(),
});
export type Recording = z.infer<typeof Recording>;

/** An empty change says that the browser is still there, as it does while paused. */
export const RecordingChange = z.strictObject({ title: Title.nullable().optional() });
export type RecordingChange = z.infer<typeof RecordingChange>;

export const RecordingEnd = z.strictObject({
  title: Title.optional(),
  /** How many chunks there are. Refused while some have not arrived. */
  chunkCount: z.number().int().min(1).optional(),
  /** Nobody pressed stop: what is there is all that is left of it. */
  interrupted: z.boolean().default(false),
});
export type RecordingEnd = z.input<typeof RecordingEnd>;
