import { open } from 'node:fs/promises';
import type { ItemKind } from '@nexus/shared/archive';
import { NexusError } from '@nexus/shared/platform';
import { fileTypeFromFile } from 'file-type';
import { guessEncoding } from './documents/encoding.ts';
import { afterPrologue, sniffText } from './documents/text-kind.ts';
import { unsupportedWords } from './documents/unsupported-words.ts';

/** `media` is a container that may hold sound, pictures or both: ffprobe decides between audio and video. */
export type DetectedKind = Exclude<ItemKind, 'unknown'> | 'media';

export interface Detected {
  kind: DetectedKind;
  mimeType: string;
  /** The usual one for what was found, without a dot; not the one in the name. */
  extension: string;
  /** Of texts only, as `TextDecoder` takes it. A guess from the first 64 KiB. */
  encoding?: string;
}

const SAMPLE_BYTES = 64 * 1024;
/** Codecs without a container: they hold sound and nothing else. */
const SOUND_ONLY = new Set([
  'mp1',
  'mp2',
  'mp3',
  'aac',
  'flac',
  'wav',
  'aif',
  'amr',
  'ac3',
  'opus',
  'spx',
  'ape',
  'wv',
  'mpc',
  'voc',
  'dsf',
  'dff',
  'qcp',
  'm4b',
]);
const MOVING_PICTURES = new Set(['avi', 'flv', 'mpg']);
const MEDIA_TYPES = /^(?:audio|video)\/|^application\/(?:ogg|mxf|vnd\.ms-asf|vnd\.rn-realmedia)/;
/** Plain text to a sniffer, but of kinds of their own. */
const TEXTUAL = [
  { sign: /^\{\\rtf/, ext: 'rtf', mime: 'application/rtf' },
  { sign: /^%!PS/, ext: 'ps', mime: 'application/postscript' },
  { sign: /^<svg[\s>]/i, ext: 'svg', mime: 'image/svg+xml' },
  { sign: /^\[Script Info\]/i, ext: 'ass', mime: 'text/x-ssa' },
];

/**
 * Tells what a file is by its content; the name only decides between plain text and Markdown. Fails with
 * `unreadable-media` for an empty file and with `unsupported-media`, naming what was found, for everything we do not read.
 */
export async function detectKind(path: string, nameHint = ''): Promise<Detected> {
  const sample = await readSample(path);
  if (sample.byteLength === 0) throw new NexusError('unreadable-media', 'The file is empty.');
  if (hasPdfHeader(sample)) return { kind: 'pdf', mimeType: 'application/pdf', extension: 'pdf' };

  // Text first: "ID3" or "BM" at the start of a note would pass for music or a picture.
  const encoding = guessEncoding(sample, sample.byteLength === SAMPLE_BYTES);
  if (encoding !== null) return textKind(sample, encoding, nameHint);

  const found = await fileTypeFromFile(path);
  if (found?.ext === 'docx' || found?.ext === 'docm')
    return { kind: 'docx', mimeType: found.mime, extension: found.ext };
  if (found && found.ext !== 'mid' && MEDIA_TYPES.test(found.mime)) {
    return { kind: mediaKind(found.ext), mimeType: found.mime.replace(/;.*/, ''), extension: found.ext };
  }
  throw unsupported(unsupportedWords(found));
}

function textKind(sample: Uint8Array, encoding: string, nameHint: string): Detected {
  const text = new TextDecoder(encoding).decode(sample);
  if (text.trim() === '')
    throw new NexusError('unreadable-media', 'The file is empty: it holds nothing but blank space.');
  const { rest } = afterPrologue(text);
  const other = TEXTUAL.find(({ sign }) => sign.test(rest));
  if (other) throw unsupported(unsupportedWords(other));
  return { ...sniffText(text, nameHint), encoding };
}

function mediaKind(extension: string): DetectedKind {
  if (SOUND_ONLY.has(extension)) return 'audio';
  return MOVING_PICTURES.has(extension) ? 'video' : 'media';
}

function unsupported(what: string): NexusError {
  return new NexusError(
    'unsupported-media',
    `This is ${what}. Nexus reads audio, video, subtitles (SRT, VTT), text, Markdown, HTML, PDF and DOCX.`,
  );
}

/** Readers accept a header anywhere in the first 1024 bytes (ISO 32000-1, annex H), and files with junk before it exist. */
function hasPdfHeader(sample: Uint8Array): boolean {
  const start = new TextDecoder('latin1').decode(sample.subarray(0, 1024));
  return /^%PDF-\d/.test(start) || (start.includes('%PDF-') && guessEncoding(sample) === null);
}

async function readSample(path: string): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(SAMPLE_BYTES), 0, SAMPLE_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
