import { z } from 'zod';

export const X_OPERATIONS = ['SearchTimeline', 'TweetDetail', 'UserByScreenName'] as const;
export type XOperation = (typeof X_OPERATIONS)[number];

const Flags = z.record(z.string(), z.boolean());
/** Where a field may be: dotted paths, the newest shape first. The first that leads to something counts. */
const Paths = z.array(z.string().min(1)).min(1).max(10);

const Operation = z.object({
  /** Changes with X's releases. */
  id: z.string().regex(/^[\w-]{10,40}$/),
  /** Sent with every request; the request's own are added. */
  variables: z.record(z.string(), z.unknown()).default({}),
  /** On top of the features of all operations. */
  features: Flags.default({}),
  fieldToggles: Flags.default({}),
});

export const PostPaths = z.object({
  text: Paths,
  longText: Paths,
  createdAt: Paths,
  language: Paths,
  conversation: Paths,
  replyTo: Paths,
  quotedId: Paths,
  quoted: Paths,
  original: Paths,
  likes: Paths,
  replies: Paths,
  reposts: Paths,
  quotes: Paths,
  views: Paths,
  author: Paths,
  hashtags: Paths,
  mentions: Paths,
  links: Paths,
  media: Paths,
  quoteLink: Paths,
  versions: Paths,
});
export type PostPaths = z.infer<typeof PostPaths>;

export const AuthorPaths = z.object({
  handle: Paths,
  name: Paths,
  bio: Paths,
  avatar: Paths,
  followers: Paths,
  isVerified: Paths,
});
export type AuthorPaths = z.infer<typeof AuthorPaths>;

/**
 * How X is spoken to, as data: it changes several times a year, and a newer row of `source_protocols` helps without a release. A row is
 * complete, and the highest version counts.
 */
export const XProtocol = z.object({
  version: z.int().positive(),
  /** The web app's own, the same for everybody. */
  bearer: z.string().min(20),
  userAgent: z.string().min(10),
  /** Below the base address; `/<operation id>/<Operation>` follows. */
  graphqlPath: z.string().startsWith('/'),
  operations: z.object({ SearchTimeline: Operation, TweetDetail: Operation, UserByScreenName: Operation }),
  features: Flags,
  post: PostPaths,
  author: AuthorPaths,
  /** Where an answer keeps its list of instructions; one of them has to be there. */
  timelines: Paths,
  user: Paths,
  /** Ids of entries that are no part of what was asked for begin so. */
  skippedEntries: z.array(z.string().min(1)),
  /** What `x-client-transaction-id` is made of. */
  transaction: z.object({
    /** A page of the web app that holds the key and the animations. */
    page: z.string().startsWith('/'),
    keyword: z.string(),
    /** The last byte before the mask. */
    mark: z.int().min(0).max(255),
    /** Seconds are counted from here (epoch). */
    epochSeconds: z.int(),
    /** Of the script whose indices choose an animation and its moment. */
    indicesScript: z.string(),
  }),
  /** Waits between tries on one account: this many seconds, doubled each time. */
  backoffSeconds: z.number().min(0).max(60),
  /** On one account, of one request. */
  tries: z.int().min(1).max(10),
});
export type XProtocol = z.infer<typeof XProtocol>;
