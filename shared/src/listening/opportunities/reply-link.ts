import type { Network, Post } from '../post-contracts.ts';

type RepliedTo = Pick<Post, 'network' | 'externalId' | 'url'>;

/** The most characters a reply may have where its length is limited; counted as the network does, near enough to write by. */
export const REPLY_LIMITS: Partial<Record<Network, number>> = { x: 280, bluesky: 300, mastodon: 500, reddit: 10_000 };

/**
 * Where a person sends the reply: with its text filled in where the network allows that, else at the post itself. Bluesky's form
 * takes a text but answers nothing: what is sent with it would stand alone.
 */
export function replyLink({ network, externalId, url }: RepliedTo, text: string): string {
  switch (network) {
    case 'x':
      return withQuery('https://x.com/intent/tweet', { in_reply_to: externalId, text });
    default:
      return url;
  }
}

/** Whether the link brings the text along; otherwise it is copied and pasted there. */
export const linkBringsText = (network: Network): boolean => network === 'x';

/** As the network counts: any address is 23 characters on X and Mastodon, and wide characters count twice on X. */
export function replyLength(network: Network, text: string): number {
  const isShortened = network === 'x' || network === 'mastodon';
  const counted = isShortened ? text.replaceAll(/https?:\/\/\S+/g, 'x'.repeat(23)) : text;
  const graphemes = [...new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(counted)];
  if (network !== 'x') return graphemes.length;
  return graphemes.reduce((length, { segment }) => length + weightOnX(segment), 0);
}

/** X counts these ranges once and everything else twice; an emoji is two however it is put together. */
function weightOnX(grapheme: string): number {
  const weights: number[] = [...grapheme].map((character) => (isLightOnX(character.codePointAt(0) ?? 0) ? 1 : 2));
  const isEmoji = weights.includes(2) && /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u.test(grapheme);
  return isEmoji ? 2 : weights.reduce((sum, weight) => sum + weight, 0);
}

const isLightOnX = (code: number): boolean =>
  code <= 0x10ff ||
  (code >= 0x2000 && code <= 0x200d) ||
  (code >= 0x2010 && code <= 0x201f) ||
  (code >= 0x2032 && code <= 0x2037);

function withQuery(address: string, query: Record<string, string>): string {
  const pairs = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value.toWellFormed())}`);
  return `${address}?${pairs.join('&')}`;
}
