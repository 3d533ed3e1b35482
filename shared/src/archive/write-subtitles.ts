import type { Segment } from './contracts.ts';

/** SubRip. Segments without times are left out; a speaker stands before the text, the format has no better place. */
export function writeSrt(segments: readonly Segment[]): string {
  return timed(segments)
    .map(({ segment, start, end }, i) => {
      const speaker = segment.speaker === null ? '' : `${oneLine(segment.speaker)}: `;
      return `${i + 1}\n${stamp(start, ',')} --> ${stamp(end, ',')}\n${speaker}${oneLine(segment.text)}\n`;
    })
    .join('\n');
}

/** WebVTT (W3C). Segments without times are left out; speakers become voices. */
export function writeVtt(segments: readonly Segment[]): string {
  const cues = timed(segments).map(({ segment, start, end }) => {
    const speaker = segment.speaker === null ? '' : `<v ${escaped(segment.speaker)}>`;
    return `${stamp(start, '.')} --> ${stamp(end, '.')}\n${speaker}${escaped(segment.text)}\n`;
  });
  return ['WEBVTT\n', ...cues].join('\n');
}

function timed(segments: readonly Segment[]) {
  return segments.flatMap((segment) =>
    segment.startSeconds === null || segment.endSeconds === null
      ? []
      : [{ segment, start: segment.startSeconds, end: segment.endSeconds }],
  );
}

function stamp(seconds: number, point: ',' | '.'): string {
  const ms = Math.round(seconds * 1000);
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const fraction = String(ms % 1000).padStart(3, '0');
  return `${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${two((ms / 1000) % 60)}${point}${fraction}`;
}

/** An empty line or an arrow would end the cue. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().replaceAll('-->', '→');
}

function escaped(text: string): string {
  return oneLine(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
