import type { PostEntities } from '@nexus/shared/listening';
import { isJson, type Json, listOf, textOf } from './json-path.ts';
import type { PostPaths } from './protocol.ts';

const KINDS: Record<string, 'photo' | 'video' | 'gif'> = { photo: 'photo', video: 'video', animated_gif: 'gif' };

/**
 * The whole text of a post as its reader sees it: the long form where there is one, links written out, without the shortened links that
 * only stand for its pictures or the quoted post. Null when there is no text field.
 */
export function textOfPost(node: Json, paths: PostPaths): string | null {
  const cut = textOf(node, paths.text);
  const written = textOf(node, paths.longText) ?? cut;
  // A post of nothing but a picture has an empty text, which is there all the same.
  if (written === null) return hasEmptyText(node) ? '' : null;
  let text = written;
  for (const link of listOf(node, paths.links)) {
    if (typeof link.url === 'string' && typeof link.expanded_url === 'string') {
      text = text.replaceAll(link.url, link.expanded_url);
    }
  }
  const silent = [...listOf(node, paths.media).map((medium) => medium.url), textOf(node, paths.quoteLink)];
  for (const url of silent) if (typeof url === 'string' && url !== '') text = text.replaceAll(url, '');
  return unescape(text).trim();
}

export function entitiesOfPost(node: Json, paths: PostPaths): PostEntities {
  const texts = (list: readonly string[], field: string) => listOf(node, list).map((entity) => entity[field]);
  const strings = (values: readonly unknown[]) => [
    ...new Set(values.filter((value): value is string => typeof value === 'string' && value !== '')),
  ];
  return {
    hashtags: strings(texts(paths.hashtags, 'text')),
    mentions: strings(texts(paths.mentions, 'screen_name')),
    links: strings(texts(paths.links, 'expanded_url')),
    media: listOf(node, paths.media).flatMap((medium) => {
      const kind = KINDS[String(medium.type)];
      const url = videoOf(medium) ?? medium.media_url_https;
      return kind !== undefined && typeof url === 'string' ? [{ kind, url }] : [];
    }),
  };
}

/** The film itself in the best quality, where there is one. */
function videoOf(medium: Json): string | null {
  const films = listOf(medium, ['video_info.variants']).filter(({ content_type }) => content_type === 'video/mp4');
  const best = films.toSorted((a, b) => Number(b.bitrate ?? 0) - Number(a.bitrate ?? 0))[0];
  return typeof best?.url === 'string' ? best.url : null;
}

/** X escapes these three and no others. */
const unescape = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

const hasEmptyText = (node: Json): boolean =>
  [node.details, node.legacy].some((part) => isJson(part) && part.full_text === '');
