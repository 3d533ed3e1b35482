import {
  cursorContent,
  cursorEntry,
  type Payload,
  postEntry,
  postItem,
  tombstoneItem,
  type XShape,
} from './x-payloads.ts';
import type { XPost } from './x-posts.ts';

/** A post with all answers to it, in the order of their time. */
export interface XThread {
  readonly root: XPost;
  readonly replies: readonly XPost[];
}

interface ThreadPage {
  readonly thread: XThread;
  readonly focalId: string;
  readonly cursor: string | null;
  readonly shape: XShape;
  readonly isGone: (id: string) => boolean;
}

const DIRECT_ON_A_PAGE = 20;
/** Of a conversation below a direct answer, this many are shown at once; the rest is behind "Show replies" for every such answer. */
const SHOWN_BELOW = 1;
const HIDES_EVERY = 10;

/** One answer of TweetDetail as X cuts them: the post with those above it, then conversations, then cursors to more. */
export function threadInstructions({ thread, focalId, cursor, shape, isGone }: ThreadPage): Payload[] {
  const below = Map.groupBy(thread.replies, ({ replyTo }) => replyTo ?? '');
  const chain = (post: XPost): XPost[] => [post, ...(below.get(post.id) ?? []).flatMap(chain)];
  const item = (post: XPost) => (isGone(post.id) ? tombstoneItem() : postItem(post, shape));

  if (cursor?.startsWith('more:')) {
    const [, directId = ''] = cursor.split(':');
    const direct = thread.replies.find(({ id }) => id === directId);
    const hidden = direct ? chain(direct).slice(1 + SHOWN_BELOW) : [];
    return [
      {
        type: 'TimelineAddToModule',
        moduleEntryId: `conversationthread-${directId}`,
        moduleItems: hidden.map((post) => moduleItem(directId, post.id, item(post))),
      },
    ];
  }

  const directs = below.get(focalId) ?? [];
  const start = cursor === null ? 0 : Number(cursor.split(':')[1]);
  const modules = directs.slice(start, start + DIRECT_ON_A_PAGE).map((direct, index) => {
    const posts = chain(direct);
    const hides = (start + index) % HIDES_EVERY === HIDES_EVERY - 1 && posts.length > 1 + SHOWN_BELOW;
    const shown = hides ? posts.slice(0, 1 + SHOWN_BELOW) : posts;
    const items = shown.map((post) => moduleItem(direct.id, post.id, item(post)));
    if (hides) items.push(showMore(direct.id));
    return {
      entryId: `conversationthread-${direct.id}`,
      content: {
        entryType: 'TimelineTimelineModule',
        __typename: 'TimelineTimelineModule',
        displayType: 'VerticalConversation',
        items,
      },
    };
  });
  const next = start + DIRECT_ON_A_PAGE;
  const entries = [
    ...(cursor === null ? above(thread, focalId).map((post) => entryOf(post, shape, isGone)) : []),
    ...modules,
    ...(next < directs.length ? [cursorEntry('ShowMoreThreads', `threads:${next}`, `showmorethreads-${next}`)] : []),
  ];
  return [
    { type: 'TimelineAddEntries', entries },
    { type: 'TimelineTerminateTimeline', direction: 'Top' },
  ];
}

function above({ root, replies }: XThread, focalId: string): XPost[] {
  const all = new Map([root, ...replies].map((post) => [post.id, post]));
  const found: XPost[] = [];
  for (let post = all.get(focalId); post; post = all.get(post.replyTo ?? '')) found.unshift(post);
  return found;
}

const entryOf = (post: XPost, shape: XShape, isGone: (id: string) => boolean): Payload =>
  isGone(post.id)
    ? { entryId: `tweet-${post.id}`, content: { __typename: 'TimelineTimelineItem', itemContent: tombstoneItem() } }
    : postEntry(post, shape);

const moduleItem = (directId: string, postId: string, itemContent: Payload): Payload => ({
  entryId: `conversationthread-${directId}-tweet-${postId}`,
  item: { itemContent },
});

const showMore = (directId: string): Payload => ({
  entryId: `conversationthread-${directId}-cursor-showmore-1`,
  item: { itemContent: cursorContent('ShowMore', `more:${directId}`) },
});
