import type { Segment } from './contracts.ts';

/** Words alone: a paragraph per turn of a speaker, or per block of a document. */
export function writeText(segments: readonly Segment[]): string {
  return `${turnsOf(segments)
    .map(({ speaker, texts }) => (speaker === null ? '' : `${speaker}: `) + texts.join(' '))
    .join('\n\n')}\n`;
}

/** Markdown with the title as its heading; a talk has the second of each turn, a document its own structure. */
export function writeMarkdown(title: string, segments: readonly Segment[]): string {
  const body = segments.some(({ kind }) => kind !== 'speech') ? segments.map(blockOf) : turnsOf(segments).map(turnOf);
  return `# ${oneLine(title)}\n\n${body.join('\n\n')}\n`;
}

interface Turn {
  speaker: string | null;
  startSeconds: number | null;
  texts: string[];
}

/** What one speaker says without interruption. Without speakers every segment stands alone. */
function turnsOf(segments: readonly Segment[]): Turn[] {
  const turns: Turn[] = [];
  for (const { speaker, startSeconds, text } of segments) {
    const last = turns.at(-1);
    if (last && speaker !== null && last.speaker === speaker) last.texts.push(oneLine(text));
    else turns.push({ speaker, startSeconds, texts: [oneLine(text)] });
  }
  return turns;
}

function turnOf({ speaker, startSeconds, texts }: Turn): string {
  const head = [startSeconds === null ? '' : `[${clock(startSeconds)}]`, speaker === null ? '' : `**${speaker}:**`];
  return [...head.filter(Boolean), texts.join(' ')].join(' ');
}

function blockOf({ kind, level, text }: Segment): string {
  if (kind === 'heading') return `${'#'.repeat(Math.min(6, (level ?? 1) + 1))} ${oneLine(text)}`;
  if (kind === 'list-item') return `- ${oneLine(text)}`;
  if (kind === 'quote') return `> ${oneLine(text)}`;
  if (kind === 'code') return `\`\`\`\n${text}\n\`\`\``;
  return oneLine(text);
}

/** `4:05`, `1:02:09`. */
function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
