import type { Opportunity } from '@nexus/shared/listening';
import type { OutletIo } from '../../src/listening/deliveries/outlet.ts';
import type { Message } from '../../src/listening/notifiers/notifier.ts';
import { createHttp } from '../../src/platform/http.ts';

/** What a delivery gives an adapter. */
export const testOutletIo = (over: Partial<OutletIo> & { allow?: string[] } = {}): OutletIo => {
  const { allow = [], ...io } = over;
  return {
    http: createHttp({ allowPrivate: allow }),
    signal: new AbortController().signal,
    now: () => new Date(),
    settings: {},
    credentials: {},
    address: {},
    mail: null,
    ...io,
  };
};

/** An opportunity whose post was written by somebody who tries things. */
export const wildOpportunity = (over: Partial<Opportunity> = {}): Opportunity => ({
  id: crypto.randomUUID(),
  campaign: { id: crypto.randomUUID(), name: 'Ferries' },
  post: {
    id: crypto.randomUUID(),
    network: 'rss',
    externalId: '1',
    url: 'https://example.org/1?a=1&b=2',
    text: '=HYPERLINK("https://evil.example") <!channel> *When* does the <b>ferry</b> leave? ⛴ متى',
    language: 'en',
    author: {
      id: crypto.randomUUID(),
      network: 'rss',
      externalId: 'ann',
      handle: 'ann',
      name: 'Ann <script>',
      url: null,
      bio: null,
      avatarUrl: null,
      followers: 12,
      isVerified: null,
    },
    conversationId: null,
    replyToExternalId: null,
    quotedExternalId: null,
    engagement: { likes: 1, replies: 0, reposts: null, quotes: null, views: null },
    entities: { hashtags: [], mentions: [], links: [], media: [] },
    postedAt: '2026-11-20T10:00:00.000Z',
    editedAt: null,
    deletedAt: null,
    seenAt: '2026-11-20T10:05:00.000Z',
  },
  analysis: null,
  state: 'new',
  stateBefore: null,
  value: 87.4,
  deadline: null,
  assigneeId: null,
  draft: null,
  dismissedReason: null,
  snoozedUntil: null,
  foldedCount: 0,
  postState: null,
  postCheckedAt: null,
  postProblem: null,
  actedAt: null,
  actedBy: null,
  handedTo: null,
  outcomeCount: 0,
  createdAt: '2026-11-20T10:06:00.000Z',
  ...over,
});

export const testMessage = (over: Partial<Message> = {}): Message => ({
  id: crypto.randomUUID(),
  createdAt: new Date(),
  title: 'Ferries: 1 new opportunity',
  paragraphs: ['The most valuable of 3.'],
  facts: [{ label: 'Posts found', value: '120' }],
  opportunities: [{ ...wildOpportunity(), link: 'https://nexus.example/listening?open=1' }],
  links: [{ label: 'Open the inbox', url: 'https://nexus.example/listening' }],
  ...over,
});
