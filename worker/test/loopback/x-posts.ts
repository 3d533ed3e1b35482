const EPOCH = 1_288_834_974_657n;

export interface XAuthor {
  id: string;
  handle: string;
  name: string;
  followers: number;
}

/** A post as the loopback X keeps it. */
export interface XPost {
  id: string;
  author: XAuthor;
  at: Date;
  text: string;
  /** Beyond 280 characters: then `text` is cut. */
  longText?: string;
  language?: string;
  /** Of the conversation's first post; its own id unless told. */
  conversation?: string;
  replyTo?: string;
  quoted?: XPost;
  /** A repost of it. */
  original?: XPost;
  hashtags?: string[];
  mentions?: string[];
  /** Short link to long one. */
  links?: Record<string, string>;
  photo?: string;
  /** Earlier ids, the oldest first: it was edited. */
  earlierIds?: string[];
  /** Served inside `TweetWithVisibilityResults`. */
  isLimited?: boolean;
  likes?: number;
  replies?: number;
  reposts?: number;
  quotes?: number;
  views?: number;
}

/** Posts are numbered by their time, as X does it. `sequence` tells those of one millisecond apart. */
export const idAt = (at: Date, sequence = 0): string =>
  String(((BigInt(at.getTime()) - EPOCH) << 22n) | BigInt(sequence % 4096));

export function makeAuthor(index: number): XAuthor {
  return { id: String(10_000 + index), handle: `writer_${index}`, name: `Writer ${index}`, followers: index * 10 };
}

export interface MakePosts {
  /** Of the newest. */
  from?: Date;
  secondsApart?: number;
  authors?: number;
  /** Every such post quotes another one; 0: none. */
  quoteEvery?: number;
  /** Every such post is long; 0: none. */
  longEvery?: number;
  text?: (index: number) => string;
}

/** Invented posts, the newest first. */
export function makePosts(count: number, options: MakePosts = {}): XPost[] {
  const { from = new Date('2026-08-20T12:00:00Z'), secondsApart = 30, authors = 40 } = options;
  const {
    quoteEvery = 4,
    longEvery = 10,
    text = (index) => `Post ${index} about the harbour of Brindlemere`,
  } = options;
  return Array.from({ length: count }, (_, index) => {
    const at = new Date(from.getTime() - index * secondsApart * 1000);
    const written = text(index);
    const isLong = longEvery > 0 && index % longEvery === longEvery - 1;
    return {
      id: idAt(at, index),
      author: makeAuthor(index % authors),
      at,
      text: written,
      ...(isLong && { longText: `${written}. ${'And so it went on. '.repeat(30)}The end.` }),
      ...(quoteEvery > 0 && index % quoteEvery === quoteEvery - 1 && { quoted: makeQuoted(index % 50, from) }),
      language: 'en',
      likes: index % 17,
      replies: index % 5,
      reposts: index % 3,
      quotes: index % 2,
      views: index * 11,
    };
  });
}

function makeQuoted(index: number, from: Date): XPost {
  const at = new Date(from.getTime() - 30 * 86_400_000 - index * 1000);
  return { id: idAt(at), author: makeAuthor(500 + index), at, text: `An older post, number ${index}` };
}

/**
 * Invented answers to a post: groups of five, each a direct answer with four answers to it in a chain. In the order of their time.
 */
export function makeReplies(root: XPost, count: number): XPost[] {
  const replies: XPost[] = [];
  for (let index = 0; index < count; index++) {
    const at = new Date(root.at.getTime() + (index + 1) * 1000);
    replies.push({
      id: idAt(at, index),
      author: makeAuthor(1000 + index),
      at,
      text: `@${root.author.handle} answer ${index}`,
      conversation: root.id,
      replyTo: index % 5 === 0 ? root.id : replies[index - 1]!.id,
      mentions: [root.author.handle],
      language: 'en',
    });
  }
  return replies;
}
