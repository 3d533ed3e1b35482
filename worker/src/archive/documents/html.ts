import { Readability } from '@mozilla/readability';
import { instantOf } from './dates.ts';
import { decodeText } from './encoding.ts';
import type { DocumentAdapter, DocumentBlock, RawDocument } from './extracted-document.ts';
import { parseJsonLd } from './json-ld.ts';
import { blocksOfMarkup } from './markup-blocks.ts';
import { measureMarkup, parseMarkup } from './markup-tree.ts';

/** Readability calls itself for every level: 2000 are safe on the smallest stack, and no honest page has 200. */
const MAX_READABLE_DEPTH = 500;
const MAX_READABLE_ELEMENTS = 100_000;
const MIN_ARTICLE_CHARACTERS = 250;
const AROUND_CONTENT = new Set(['NAV', 'FOOTER', 'ASIDE']);

/** Web pages: the article alone where there is one, else everything but navigation. */
export const html: DocumentAdapter = {
  id: 'html',
  maxBytes: 10e6,

  extract(bytes) {
    const source = decodeText(bytes, declaredCharset(bytes)).text;
    const document = parseMarkup(source);
    const { depth, elements } = measureMarkup(document);
    const isReadable = depth <= MAX_READABLE_DEPTH && elements <= MAX_READABLE_ELEMENTS;
    const whole = blocksOfMarkup(document, AROUND_CONTENT);
    const facts = pageFacts(document);
    // Last, because Readability takes the tree apart.
    const article = isReadable ? readArticle(document) : null;

    if (!article || isTooLittle(article.blocks, whole)) return { ...facts, blocks: whole };
    return {
      title: article.title ?? facts.title,
      author: article.author ?? facts.author,
      publishedAt: article.publishedAt ?? facts.publishedAt,
      declaredLanguage: facts.declaredLanguage,
      blocks: article.blocks,
    };
  },
};

function readArticle(document: Document): RawDocument | null {
  const article = new Readability<Element>(document, { serializer: (element) => element as Element }).parse();
  if (!article?.content) return null;
  return {
    title: textOrNull(article.title),
    author: textOrNull(article.byline),
    publishedAt: instantOf(article.publishedTime),
    blocks: blocksOfMarkup(article.content),
  };
}

function pageFacts(document: Document): Omit<RawDocument, 'blocks'> {
  const meta = (...names: string[]) =>
    names
      .map((name) => document.querySelector(`meta[name="${name}"], meta[property="${name}"]`)?.getAttribute('content'))
      .find((content) => content);
  const described = parseJsonLd(
    [...document.querySelectorAll('script[type="application/ld+json"]')].map(({ textContent }) => textContent ?? ''),
  );
  const dated = document.querySelector('[itemprop="datePublished"], article time[datetime], time[pubdate]');
  return {
    title: textOrNull(meta('og:title') ?? described.title ?? document.querySelector('title')?.textContent),
    author: textOrNull(
      described.author ??
        [meta('author', 'dc.creator', 'parsely-author', 'citation_author'), meta('article:author')].find(isName) ??
        document.querySelector('[itemprop="author"] [itemprop="name"], [rel="author"]')?.textContent,
    ),
    publishedAt:
      instantOf(described.publishedAt) ??
      instantOf(meta('article:published_time', 'date', 'dc.date', 'parsely-pub-date', 'citation_publication_date')) ??
      instantOf(dated?.getAttribute('datetime') ?? dated?.getAttribute('content')),
    declaredLanguage: document.documentElement?.getAttribute('lang') ?? null,
  };
}

/** Facebook wants the address of a profile where others have the name. */
const isName = (text: string | null | undefined): boolean => Boolean(text) && !/^https?:/i.test(text ?? '');

/** Of a short page Readability keeps the menu, or only a notice: the whole is then less than the article, or far more. */
function isTooLittle(article: DocumentBlock[], whole: DocumentBlock[]): boolean {
  const characters = charactersIn(article);
  const all = charactersIn(whole);
  return characters < MIN_ARTICLE_CHARACTERS && all > 0 && (all < characters || all > characters * 2);
}

function charactersIn(blocks: DocumentBlock[]): number {
  return blocks.reduce((sum, { text }) => sum + text.length, 0);
}

/** The page's own word, which the standard wants within the first 1024 bytes. */
export function declaredCharset(bytes: Uint8Array): string | undefined {
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 2048));
  return (
    /<meta[^>]+charset\s*=\s*["']?([\w-]+)/i.exec(start)?.[1] ?? /^<\?xml[^>]+encoding=["']([\w-]+)/i.exec(start)?.[1]
  );
}

function textOrNull(text: string | null | undefined): string | null {
  const clean = text?.replace(/\s+/g, ' ').trim() ?? '';
  return clean === '' ? null : clean;
}
