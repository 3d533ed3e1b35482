import type { Segment } from './contracts.ts';
import { byChapter, clock, singleSpaced, type Turn, turnsOf } from './turns.ts';

/** What stands around the words of an item. Chapters are in order. */
export interface Surroundings {
  readonly summary?: string | null;
  readonly chapters?: readonly { startSeconds: number; title: string }[];
}

/** Words alone: a paragraph per turn of a speaker, or per block of a document. */
export function writeText(segments: readonly Segment[]): string {
  return `${turnsOf(segments)
    .map(({ speaker, texts }) => (speaker === null ? '' : `${speaker}: `) + texts.join(' '))
    .join('\n\n')}\n`;
}

/** Markdown with the title as its heading; a talk has the second of each turn, a document its own structure. */
export function writeMarkdown(
  title: string,
  segments: readonly Segment[],
  { summary, chapters = [] }: Surroundings = {},
): string {
  const isDocument = segments.some(({ kind }) => kind !== 'speech');
  const body = isDocument
    ? segments.map(blockOf)
    : byChapter(segments, chapters).flatMap((part) => [
        ...(part.title === null ? [] : [`## ${singleSpaced(part.title)}`]),
        ...turnsOf(part.segments).map(turnOf),
      ]);
  const head = [`# ${singleSpaced(title)}`, ...(summary ? [quoted(summary)] : [])];
  return `${[...head, ...body].join('\n\n')}\n`;
}

function turnOf({ speaker, startSeconds, texts }: Turn): string {
  const head = [startSeconds === null ? '' : `[${clock(startSeconds)}]`, speaker === null ? '' : `**${speaker}:**`];
  return [...head.filter(Boolean), texts.join(' ')].join(' ');
}

function blockOf({ kind, level, text }: Segment): string {
  if (kind === 'heading') return `${'#'.repeat(Math.min(6, (level ?? 1) + 1))} ${singleSpaced(text)}`;
  if (kind === 'list-item') return `- ${singleSpaced(text)}`;
  if (kind === 'quote') return `> ${singleSpaced(text)}`;
  if (kind === 'code') return `\`\`\`\n${text}\n\`\`\``;
  return singleSpaced(text);
}

const quoted = (text: string): string =>
  text
    .trim()
    .split(/\n+/)
    .map((line) => `> ${singleSpaced(line)}`)
    .join('\n>\n');
