import { instantOf } from './dates.ts';
import { decodeText } from './encoding.ts';
import type { DocumentAdapter } from './extracted-document.ts';
import { blocksOfMarkup } from './markup-blocks.ts';
import { parseMarkup } from './markup-tree.ts';

const FRONT_MATTER = /^---\n((?:[^\n]*\n)*?)(?:---|\.\.\.)[ \t]*(?:\n|$)/;

/** CommonMark with tables. The parser is Bun's own: linear in the length of its input, which most in JavaScript are not. */
export const markdown: DocumentAdapter = {
  id: 'markdown',
  maxBytes: 10e6,

  extract(bytes) {
    const source = decodeText(bytes).text.replace(/\r\n?/g, '\n');
    const front = frontMatter(FRONT_MATTER.exec(source)?.[1] ?? '');
    const body = front.size > 0 ? source.replace(FRONT_MATTER, '') : source;
    const blocks = blocksOfMarkup(parseMarkup(Bun.markdown.html(body, { tagFilter: true })));
    return {
      title: front.get('title') ?? blocks.find(({ kind, level }) => kind === 'heading' && level === 1)?.text ?? null,
      author: front.get('author') ?? null,
      publishedAt: instantOf(front.get('date') ?? front.get('published')),
      declaredLanguage: front.get('lang') ?? front.get('language') ?? null,
      blocks,
    };
  },
};

/** Plain `key: value` lines of the YAML that many tools put before the text; anything nested is left alone. */
function frontMatter(yaml: string): Map<string, string> {
  const pairs = yaml.split('\n').flatMap((line): [string, string][] => {
    const [, key, value] = /^([A-Za-z][\w-]*):\s*(\S.*?)\s*$/.exec(line) ?? [];
    return key !== undefined && value !== undefined ? [[key.toLowerCase(), value.replace(/^(["'])(.*)\1$/, '$2')]] : [];
  });
  return new Map(pairs);
}
