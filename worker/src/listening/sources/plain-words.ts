import { blocksOfMarkup } from '../../archive/documents/markup-blocks.ts';
import { parseMarkup } from '../../archive/documents/markup-tree.ts';

export interface PlainWords {
  /** Paragraphs parted by a blank line, line breaks kept. */
  readonly text: string;
  /** Where links lead, absolute, without those to tags and people. */
  readonly links: readonly string[];
}

/** A private-use character that stands for a line break while blocks are read, which takes one for a space. */
const BREAK = '\u{E0FF}';

/** What a post written in HTML says. */
export function plainWords(html: string): PlainWords {
  const { body } = parseMarkup(html.replaceAll(BREAK, '').replaceAll(/<br\s*\/?>/gi, BREAK));
  const links: string[] = [];
  for (const link of body.querySelectorAll('a[href]')) {
    const href = link.getAttribute('href') ?? '';
    // Long addresses are shown cut; what was written is what they lead to.
    if (/(\.\.\.|…)$/.test(link.textContent ?? '')) link.textContent = href;
    if (/\b(mention|hashtag)\b/.test(link.getAttribute('class') ?? '')) continue;
    const address = URL.parse(href);
    if (address && /^https?:$/.test(address.protocol)) links.push(address.href);
  }
  const text = blocksOfMarkup(body)
    .map((block) => block.text)
    .join('\n\n')
    .replaceAll(new RegExp(` ?${BREAK} ?`, 'g'), '\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
  return { text, links: [...new Set(links)] };
}
