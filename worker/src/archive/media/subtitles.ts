import type { Segment } from '@nexus/shared/archive';
import { NexusError } from '@nexus/shared/platform';
import { readNamePrefixes } from './name-prefixes.ts';
import { tidyCues, type RawCue } from './subtitle-cues.ts';
import { describeRepairs, withinRecording } from './subtitle-repairs.ts';
import { decodeText } from '../documents/encoding.ts';

export type SubtitleFormat = 'srt' | 'vtt';

/** A film has about 1,500 cues and 100 kB; a day of automatic captions 60,000 and 8 MB. */
const MAX_BYTES = 20 * 1024 * 1024;
const MAX_CUES = 200_000;

/** Hours are optional, `,` and `.` are both in use, some files carry spaces inside the time, few write no fraction at all. */
const TIME = String.raw`(?:(\d{1,3})\s?:\s?)?(\d{1,2})\s?:\s?(\d{1,2})(?:\s?[.,:]\s?(\d{1,3}))?`;
const TIMING = new RegExp(String.raw`^\s*${TIME}\s*-{1,2}>\s*${TIME}(?:\s.*)?$`);
const MARKUP = /<\/?(?:b|i|u|s|c|v|em|strong|font|span|ruby|rt|lang|\d[\d:.]*)(?:[\s.][^<>]*)?>|\{\\[^{}]*\}/gi;
const VOICE = /<v(?:\.[^\s<>]*)?\s+([^<>]+)>/gi;
const ENTITIES: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  lrm: '',
  rlm: '',
};

/** What a text is by its content: VTT says so in its first line, SRT is known by a timing line near the top. */
export function detectSubtitles(text: string): SubtitleFormat | null {
  const start = text.replace(/^\uFEFF/, '');
  if (/^WEBVTT(?:[ \t\r\n]|$)/.test(start)) return 'vtt';
  return start
    .slice(0, 4096)
    .split(/\r\n|\n|\r/)
    .slice(0, 12)
    .some((line) => TIMING.test(line))
    ? 'srt'
    : null;
}

export interface ReadSubtitles {
  format: SubtitleFormat;
  segments: Segment[];
  /** What had to be put right, in words for their reader. */
  warning: string | null;
}

/**
 * Reads SRT or VTT as people and programs really write them. Segments come in the order of time and do not overlap; voices
 * (`<v Name>`) and names before the words become speakers. Cues after the end of the recording, where that is known, are left out.
 * Errors: `too-large`, `unreadable-media` when there is no cue.
 */
export function parseSubtitles(
  content: Uint8Array | string,
  { durationSeconds }: { durationSeconds?: number } = {},
): ReadSubtitles {
  if (content.length > MAX_BYTES) throw new NexusError('too-large', 'The subtitle file is larger than 20 MB.');
  const text = (typeof content === 'string' ? content : decodeText(content).text)
    .replace(/^\uFEFF/, '')
    .replaceAll('\u0000', '');
  const format: SubtitleFormat = text.startsWith('WEBVTT') ? 'vtt' : 'srt';
  const raw = readCues(text.split(/\r\n|\n|\r/), format);
  if (raw.length === 0)
    throw new NexusError('unreadable-media', 'No subtitles were found in this file. It should be SRT or VTT.');
  const { cues, warning } =
    durationSeconds === undefined ? { cues: raw, warning: null } : withinRecording(raw, durationSeconds);
  const warnings = [describeRepairs(cues), warning].filter((each) => each !== null);
  return {
    format,
    segments: tidyCues(readNamePrefixes(cues.toSorted((a, b) => a.startSeconds - b.startSeconds))),
    warning: warnings.join(' ') || null,
  };
}

function readCues(lines: readonly string[], format: SubtitleFormat): RawCue[] {
  const cues: RawCue[] = [];
  for (let at = 0; at < lines.length; at++) {
    const timing = TIMING.exec(lines[at]!);
    if (!timing) continue; // numbers, names, NOTE, STYLE and REGION blocks: none of them has times
    let end = at + 1;
    while (end < lines.length && !endsCue(lines, end, format)) end++;
    cues.push(...voices(lines.slice(at + 1, end), seconds(timing.slice(1, 5)), seconds(timing.slice(5, 9))));
    if (cues.length > MAX_CUES) throw new NexusError('too-large', `The subtitle file has more than ${MAX_CUES} cues.`);
    at = end - 1;
  }
  return cues;
}

/** VTT ends a cue with an empty line. SRT files hold empty lines within cues, so there only the next cue's head ends one. */
function endsCue(lines: readonly string[], at: number, format: SubtitleFormat): boolean {
  const line = lines[at]!;
  if (TIMING.test(line)) return true;
  if (format === 'vtt') return line === '';
  const next = lines[at + 1];
  return /^\s*\d+\s*$/.test(line) && next !== undefined && TIMING.test(next);
}

/** One cue per voice; their share of the time goes by the length of what they say. */
function voices(lines: readonly string[], startSeconds: number, endSeconds: number): RawCue[] {
  const parts: { speaker: string | null; lines: string[] }[] = [];
  const pieces = lines.join('\n').split(VOICE); // text, name, text, name, text …
  for (let i = 0; i < pieces.length; i += 2) {
    const clean = pieces[i]!.split('\n')
      .map(plain)
      .filter((line) => line !== '');
    if (clean.length > 0) parts.push({ speaker: i === 0 ? null : plain(pieces[i - 1]!) || null, lines: clean });
  }

  const total = parts.reduce((sum, part) => sum + part.lines.join(' ').length, 0);
  let at = startSeconds;
  return parts.map((part) => {
    const start = at;
    at += ((endSeconds - startSeconds) * part.lines.join(' ').length) / total;
    return { ...part, startSeconds: start, endSeconds: at };
  });
}

function plain(marked: string): string {
  return marked
    .replace(MARKUP, '')
    .replace(
      /&(#x?[0-9a-f]+|[a-z]+);/gi,
      (whole, name: string) => ENTITIES[name.toLowerCase()] ?? character(name) ?? whole,
    )
    .replace(/\\[Nn]/g, ' ')
    .replace(/[\p{Cc}\u200B\u200E\u200F\u202A-\u202E\u2060\uFEFF]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

function character(reference: string): string | null {
  if (!reference.startsWith('#')) return null;
  const code = /^#x/i.test(reference)
    ? Number.parseInt(reference.slice(2), 16)
    : Number.parseInt(reference.slice(1), 10);
  return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : '';
}

/** Hours, minutes, seconds and a decimal fraction (`5` is half a second), as the timing expression captured them. */
function seconds([hours = '0', minutes = '0', whole = '0', fraction = '0']: readonly (string | undefined)[]): number {
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(whole) + Number(`0.${fraction}`);
}
