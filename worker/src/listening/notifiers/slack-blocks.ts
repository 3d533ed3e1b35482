import { oneLine, shortened } from './shortened.ts';
import type { Message } from './notifier.ts';

/** Block Kit's own limits. */
const MOST_BLOCKS = 50;
const MOST_TEXT = 2900;
const MOST_HEADER = 150;
const MOST_URL = 3000;

interface Block {
  type: string;
  [field: string]: unknown;
}

/** A message as Block Kit. Texts of strangers are plain text, so that nothing in them is a mention, a link or a format. */
export function slackBlocks(message: Message): { text: string; blocks: Block[] } {
  const blocks: Block[] = [{ type: 'header', text: plain(message.title, MOST_HEADER) }];
  for (const paragraph of message.paragraphs) blocks.push(section(paragraph));
  if (message.facts.length > 0) blocks.push(factsOf(message.facts));
  for (const opportunity of message.opportunities) blocks.push(...opportunityBlocks(opportunity));
  const buttons = message.links.map(({ label, url }) => button(label, url, true));
  const last = buttons.length > 0 ? [{ type: 'actions', elements: buttons }] : [];
  // The title and the way back stay, whatever else is too much.
  return {
    text: escaped(oneLine(message.title, 300)),
    blocks: [...blocks.slice(0, MOST_BLOCKS - last.length), ...last],
  };
}

function opportunityBlocks({ post, analysis, value, link, campaign }: Message['opportunities'][number]): Block[] {
  const who = post.author ? `${post.author.name} (@${post.author.handle})` : 'Somebody';
  const about = [`Value ${Math.round(value)}`, analysis?.intent, post.network, campaign.name]
    .filter(Boolean)
    .join(' · ');
  const buttons = [
    ...(link ? [button('Open in Nexus', link, true)] : []),
    ...(post.url.length <= MOST_URL ? [button('See the post', post.url, false)] : []),
  ];
  return [
    { type: 'divider' },
    section(
      `${who}: ${shortened(post.text, 1000)}${analysis?.reason ? `\n\n→ ${shortened(analysis.reason, 600)}` : ''}`,
    ),
    { type: 'context', elements: [plain(about, 300)] },
    ...(buttons.length > 0 ? [{ type: 'actions', elements: buttons }] : []),
  ];
}

const factsOf = (facts: Message['facts']): Block => ({
  type: 'context',
  elements: facts.slice(0, 10).map(({ label, value }) => plain(`${label}: ${value}`, 300)),
});

const section = (text: string): Block => ({ type: 'section', text: plain(text, MOST_TEXT) });

const plain = (text: string, most: number) => ({ type: 'plain_text', text: shortened(text, most), emoji: false });

const button = (label: string, url: string, isPrimary: boolean) => ({
  type: 'button',
  text: plain(label, 70),
  url,
  ...(isPrimary && { style: 'primary' }),
});

/** The fallback of notifications knows control sequences in angle brackets. */
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
