export type TextKind = 'subtitles' | 'html' | 'markdown' | 'text';

/** What a text is, with the name of the format where a kind has several. */
export interface SniffedText {
  kind: TextKind;
  mimeType: string;
  extension: string;
}

// These run in the worker itself on what strangers send, so none may backtrack: repetitions are bounded or end at a character
// that cannot begin another match.
const SRT_CUE =
  /^\s*\d+[ \t]*\n[ \t]*\d{1,3}:\d{1,2}:\d{1,2}[,.]\d{1,3}[ \t]*-->[ \t]*\d{1,3}:\d{1,2}:\d{1,2}[,.]\d{1,3}/;
const DOCUMENT_TAG = /^<(?:html|head|body|title|meta)[\s>]/i;
const BLOCK_TAG = /^<(?:article|section|main|div|p|h[1-6]|table|ul|ol|blockquote|header|nav)[\s>]/i;
const MARKDOWN_NAME = /\.(?:md|markdown|mdown|mkd|mdx)$/i;
const PLAIN_NAME = /\.(?:txt|text|log)$/i;

/** Signs of Markdown, one point each however often they occur: prose and code show one of them by chance, not three. */
const MARKDOWN_SIGNS = [
  /^#{1,6} \S/m,
  /^\S[^\n]*\n(?:={3,}|-{3,})[ \t]*$/m,
  /^(?:```|~~~)/m,
  /\[[^[\]\n]{1,300}\]\([^()\s]{1,2000}(?: "[^"\n]{0,300}")?\)/,
  /^(?:[-*+] \S[^\n]*\n){2}/m,
  /^(?:\d{1,3}[.)] \S[^\n]*\n){2}/m,
  /(?:\*\*|__)[^\s*_](?:[^*_\n]{0,300}[^\s*_])?(?:\*\*|__)/,
  /^> \S/m,
  /^\|?(?:[ \t]{0,20}:?-{3,100}:?[ \t]{0,20}\|)+/m,
  /^---\n(?:[\w-]{1,100}:[^\n]*\n)+---\n/,
];

/** Tells the texts apart by their beginning (a sample of some 64 KiB). The name decides only between plain text and Markdown. */
export function sniffText(sample: string, name = ''): SniffedText {
  const text = sample.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  if (/^WEBVTT(?:[ \t\n]|$)/.test(text)) return { kind: 'subtitles', mimeType: 'text/vtt', extension: 'vtt' };
  if (SRT_CUE.test(text)) return { kind: 'subtitles', mimeType: 'application/x-subrip', extension: 'srt' };
  if (isHtml(text)) return { kind: 'html', mimeType: 'text/html', extension: 'html' };

  const points = MARKDOWN_SIGNS.filter((sign) => sign.test(text)).length;
  const needed = MARKDOWN_NAME.test(name) ? 0 : PLAIN_NAME.test(name) ? 3 : 2;
  if (points >= needed) return { kind: 'markdown', mimeType: 'text/markdown', extension: 'md' };
  return { kind: 'text', mimeType: 'text/plain', extension: 'txt' };
}

/** A page says so at once; a fragment begins with a block and is made of tags, while Markdown only holds some. */
function isHtml(text: string): boolean {
  const { doctype, rest } = afterPrologue(text);
  if (doctype === 'html' || DOCUMENT_TAG.test(rest)) return true;
  const closingTags = text.match(/<\/[a-z][a-z0-9]*>/gi)?.length ?? 0;
  const lines = text.split('\n').filter((line) => line.trim() !== '').length;
  return BLOCK_TAG.test(rest) && closingTags >= Math.max(1, lines / 3) && !/^#{1,6} \S/m.test(text);
}

/** Passes over what may stand before the root of a page or of XML: declarations and comments. */
export function afterPrologue(text: string): { doctype: string | null; rest: string } {
  let doctype: string | null = null;
  let position = 0;
  for (;;) {
    while (/[\s\uFEFF]/.test(text.charAt(position))) position++;
    const end = text.startsWith('<!--', position)
      ? '-->'
      : /^<[!?][a-z]/i.test(text.slice(position, position + 3))
        ? '>'
        : null;
    const stop = end === null ? -1 : text.indexOf(end, position);
    if (end === null || stop < 0) return { doctype, rest: text.slice(position) };
    doctype ??= /^<!doctype\s{1,20}(\w{1,20})/i.exec(text.slice(position, position + 60))?.[1]?.toLowerCase() ?? null;
    position = stop + end.length;
  }
}
