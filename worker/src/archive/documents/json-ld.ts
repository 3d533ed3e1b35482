const ARTICLE = /^(?:\w*Article|BlogPosting|Report|LiveBlogPosting)$/;
const RECORDING = /^(?:VideoObject|AudioObject|PodcastEpisode|RadioEpisode|TVEpisode|Movie|Clip)$/;
const MAX_NODES = 2000;

export interface JsonLdFacts {
  hasArticle: boolean;
  hasRecording: boolean;
  title: string | null;
  description: string | null;
  author: string | null;
  publishedAt: string | null;
  chapters: { title: string; startSeconds: number; endSeconds: number | null }[];
}

type Node = Record<string, unknown>;

/** Facts of the recording that a page describes (schema.org as JSON-LD), else of its article. */
export function parseJsonLd(scripts: readonly string[]): JsonLdFacts {
  const nodes = scripts.flatMap((script) => nodesIn(parsed(script)));
  const of = (kind: RegExp) => nodes.find((node) => typesOf(node).some((type) => kind.test(type)));
  const recording = of(RECORDING);
  const article = of(ARTICLE);
  const node = recording ?? article ?? {};
  return {
    hasArticle: article !== undefined,
    hasRecording: recording !== undefined,
    title: text(node.name) ?? text(node.headline),
    description: text(node.description),
    author: nameOf(node.author) ?? nameOf(node.creator),
    publishedAt: text(node.uploadDate) ?? text(node.datePublished) ?? text(node.dateCreated),
    chapters: listOf(node.hasPart).flatMap(chapterOf),
  };
}

function parsed(script: string): unknown {
  try {
    return JSON.parse(script);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** The things described side by side or in a graph; what is nested in them describes parts. */
function nodesIn(root: unknown): Node[] {
  const nodes: Node[] = [];
  const waiting = listOf(root);
  for (let at = 0; at < waiting.length && nodes.length < MAX_NODES; at++) {
    const node = waiting[at];
    if (!isNode(node)) continue;
    nodes.push(node);
    waiting.push(...listOf(node['@graph']), ...listOf(node.mainEntity), ...listOf(node.video));
  }
  return nodes;
}

function chapterOf(part: unknown): JsonLdFacts['chapters'] {
  if (!isNode(part) || !typesOf(part).includes('Clip')) return [];
  const title = text(part.name);
  const startSeconds = Number(part.startOffset);
  const endSeconds = part.endOffset === undefined ? null : Number(part.endOffset);
  return title && Number.isFinite(startSeconds) ? [{ title, startSeconds, endSeconds }] : [];
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): unknown[] =>
  Array.isArray(value) ? value.slice(0, MAX_NODES) : value == null ? [] : [value];
const typesOf = (node: Node): string[] => listOf(node['@type']).filter((type) => typeof type === 'string');
const text = (value: unknown): string | null =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : null;

function nameOf(value: unknown): string | null {
  const names = listOf(value).map((entry) => text(entry) ?? (isNode(entry) ? text(entry.name) : null));
  return names.filter(Boolean).slice(0, 5).join(', ') || null;
}
