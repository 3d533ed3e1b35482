import { decodeHTML } from 'entities';
import { decodeText } from '../documents/encoding.ts';
import { declaredCharset } from '../documents/html.ts';
import { parseJsonLd, type JsonLdFacts } from '../documents/json-ld.ts';

/** Heads and articles are at the beginning; the rest may be anything. */
const MAX_PAGE_BYTES = 5e6;
const MAX_SCRIPT_CHARACTERS = 300_000;
/** Players of other sites in a frame; what else is framed is advertising or comments. */
const PLAYERS =
  /^(?:https?:)?\/\/(?:[\w-]+\.)*(?:youtube(?:-nocookie)?\.com|vimeo\.com|dailymotion\.com|soundcloud\.com|twitch\.tv|ted\.com|rutube\.ru|vk\.com|vkvideo\.ru|wistia\.(?:com|net)|brightcove\.net|jwplayer\.com|jwplatform\.com|streamable\.com|podbean\.com|buzzsprout\.com|simplecast\.com|megaphone\.fm)\//i;

/** What a page says of itself to machines, read without building its tree. */
export interface PageFacts extends JsonLdFacts {
  /** It names a recording as what it is about. */
  isRecording: boolean;
  /** It names itself an article. */
  isArticle: boolean;
  /** There is a player in it, or a recording named for one. */
  hasPlayer: boolean;
  /** Of its paragraphs. */
  textCharacters: number;
}

/** Reads a page in a stream. Never fails over its content: what cannot be read is not there. */
export async function readPageFacts(path: string): Promise<PageFacts> {
  const meta = new Map<string, string>();
  const scripts: string[] = [];
  let pageTitle = '';
  let players = 0;
  let textCharacters = 0;
  let script = '';
  const keep = (name: string | null, content: string | null) => {
    if (name && content && !meta.has(name.toLowerCase()))
      meta.set(name.toLowerCase(), decodeHTML(content.slice(0, 5000)).trim());
  };

  const rewriter = new HTMLRewriter()
    .on('meta', {
      element: (tag) => keep(tag.getAttribute('property') ?? tag.getAttribute('name'), tag.getAttribute('content')),
    })
    .on('head > title', {
      text: (chunk) => {
        if (pageTitle.length < 500) pageTitle += chunk.text;
      },
    })
    .on('script[type="application/ld+json"]', {
      text: (chunk) => {
        if (script.length < MAX_SCRIPT_CHARACTERS) script += chunk.text;
        if (!chunk.lastInTextNode) return;
        if (scripts.length < 20) scripts.push(script);
        script = '';
      },
    })
    .on('video, audio', { element: () => void players++ })
    .on('iframe[src], embed[src]', {
      element: (tag) => {
        if (PLAYERS.test(tag.getAttribute('src') ?? '')) players++;
      },
    })
    .on('p', { text: (chunk) => void (textCharacters += chunk.text.trim().length) });
  const bytes = await Bun.file(path).slice(0, MAX_PAGE_BYTES).bytes();
  await walk(rewriter, decodeText(bytes, declaredCharset(bytes)).text);

  const facts = parseJsonLd(scripts);
  const type = meta.get('og:type')?.toLowerCase() ?? '';
  const names = (...keys: string[]) => keys.map((key) => meta.get(key)).find(Boolean) ?? null;
  const namesRecording = /^(?:video|music\.(?!playlist|album))/.test(type) || facts.hasRecording;
  const player = names('og:video', 'og:video:url', 'og:video:secure_url', 'og:audio', 'og:audio:url', 'twitter:player');
  return {
    ...facts,
    title: facts.title ?? names('og:title', 'twitter:title') ?? (decodeHTML(pageTitle).trim() || null),
    description: facts.description ?? names('og:description', 'description'),
    author: facts.author ?? names('author', 'article:author', 'dc.creator'),
    publishedAt: facts.publishedAt ?? names('article:published_time', 'og:video:release_date', 'date', 'dc.date'),
    isRecording: namesRecording && !facts.hasArticle && type !== 'article',
    isArticle: facts.hasArticle || type === 'article',
    hasPlayer: players > 0 || player !== null || facts.hasRecording,
    textCharacters,
  };
}

/** The parser gives up on markup whose reading depends on scripts; what it has met until then counts. */
async function walk(rewriter: HTMLRewriter, page: string): Promise<void> {
  try {
    await rewriter.transform(new Response(page)).arrayBuffer();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
}
