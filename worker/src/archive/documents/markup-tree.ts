import { NexusError } from '@nexus/shared/platform';
import type { MarkupNode } from './markup-blocks.ts';
import { parseHTML } from './parse-html.ts';

/** A million empty elements take 1 GB; the longest honest pages have some 50,000. */
const MAX_TAGS = 400_000;

/** Parses a page, or a fragment as the body of one. Nothing is run and nothing is fetched: linkedom has no network. */
export function parseMarkup(html: string): Document {
  if (tagsIn(html) > MAX_TAGS) {
    throw new NexusError('too-large', 'This page consists of more elements than can be read.');
  }
  // Without a doctype: linkedom's stands before the root without being its sibling, which would end every walk there.
  const bare = html.replace(/<!doctype[^>]{0,1000}>/gi, '');
  const page = /<html[\s>]/i.test(bare) ? bare : `<html><head></head><body>${bare}</body></html>`;
  return parseHTML(page).document;
}

function tagsIn(html: string): number {
  let tags = 0;
  for (let position = html.indexOf('<'); position >= 0; position = html.indexOf('<', position + 1)) tags++;
  return tags;
}

/** How many elements there are and how deep they stand, for algorithms that recurse. */
export function measureMarkup(root: MarkupNode): { depth: number; elements: number } {
  let depth = 0;
  let deepest = 0;
  let elements = 0;
  let node: MarkupNode | null = root;
  while (node) {
    if (node.nodeType === 1) elements++;
    if (node.firstChild) {
      node = node.firstChild;
      deepest = Math.max(deepest, ++depth);
      continue;
    }
    while (node && node !== root && !node.nextSibling) {
      node = node.parentNode;
      depth--;
    }
    node = node === root ? null : (node?.nextSibling ?? null);
  }
  return { depth: deepest, elements };
}
