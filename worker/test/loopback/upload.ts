import type { FoundPost } from '@nexus/shared/listening';
import type { SourceLoopback, SourceShape } from './source-world.ts';

export const importShape: SourceShape = {
  network: 'x',
  postId: (n) => String(1_990_000_000_000_000_000n + BigInt(n)),
  postUrl: (id, handle) => `https://x.com/${handle}/status/${id}`,
  handle: (name) => name,
  authorId: (handle) => String(Buffer.from(handle).readUIntBE(0, 5)),
};

export interface UploadLoopback extends SourceLoopback {
  /** How many bytes were taken from the file, over all openings. */
  readonly taken: () => number;
}

/** A finished upload of the organisation, given out in small pieces. */
export function uploadOf(content: string | Uint8Array, pieceBytes = 64 * 1024): UploadLoopback {
  const bytes = Buffer.from(content);
  let taken = 0;
  return {
    host: '127.0.0.1:9',
    settings: { path: 'org/uploads/1/posts.jsonl' },
    credentials: {},
    io: {
      async *openUpload(_path, fromByte) {
        for (let at = fromByte; at < bytes.byteLength; at += pieceBytes) {
          const piece = bytes.subarray(at, at + pieceBytes);
          taken += piece.byteLength;
          yield piece;
        }
      },
    },
    failNext: () => undefined,
    hanging: new Promise(() => undefined),
    taken: () => taken,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** As `json.dumps(asdict(tweet), default=str)` writes a twscrape `Tweet`. */
export function tweetLine(post: FoundPost, quoted: FoundPost | null = null): object {
  const { author, engagement } = post;
  return {
    id: Number(post.externalId),
    id_str: post.externalId,
    url: post.url,
    date: post.postedAt.toISOString().replace('T', ' ').replace('.000Z', '+00:00'),
    user: {
      id: Number(author.externalId),
      id_str: author.externalId,
      url: `https://x.com/${author.handle}`,
      username: author.handle,
      displayname: author.name,
      rawDescription: author.bio,
      created: '2015-01-01 00:00:00+00:00',
      followersCount: author.followers,
      profileImageUrl: 'https://pbs.example/1.jpg',
      verified: false,
      blue: true,
      _type: 'snscrape.modules.twitter.User',
    },
    lang: post.language,
    rawContent: post.text,
    replyCount: engagement.replies,
    retweetCount: engagement.reposts,
    likeCount: engagement.likes,
    quoteCount: engagement.quotes,
    bookmarkedCount: 0,
    viewCount: engagement.views,
    conversationId: Number(post.conversationExternalId),
    conversationIdStr: post.conversationExternalId,
    hashtags: post.entities.hashtags,
    cashtags: [],
    mentionedUsers: post.entities.mentions.map((username) => ({ id: 1, id_str: '1', username, displayname: username })),
    links: post.entities.links.map((url) => ({ url, text: url, tcourl: 'https://t.co/x' })),
    media: { photos: [{ url: 'https://pbs.example/2.jpg' }], videos: [], animated: [] },
    retweetedTweet: null,
    quotedTweet: quoted && tweetLine(quoted),
    inReplyToTweetId: null,
    inReplyToTweetIdStr: post.replyToExternalId,
    isQuoteStatus: quoted !== null,
    _type: 'snscrape.modules.twitter.Tweet',
  };
}
