import { CampaignBrief, CampaignQuery, type JudgedPost, type JudgingTask } from '@nexus/shared/listening';
import { openModel } from '@nexus/shared/assistant';
import type { Reply, SeenRequest } from '../../loopback/model-server.ts';

/** A shop for coffee machines that looks for buyers and for the unhappy. */
export function coffeeTask(more: Partial<JudgingTask> = {}): JudgingTask {
  return {
    query: CampaignQuery.parse({ keywords: ['espresso', 'кофе'], mentions: ['brewly'] }),
    brief: CampaignBrief.parse({
      about: 'We sell and repair espresso machines for offices.',
      seeks: 'people who look for a coffee machine, or are unhappy with theirs',
      voice: 'short, warm, no slogans',
      names: ['Brewly', 'Acme Coffee', '咖啡王'],
    }),
    examples: [],
    now: new Date('2026-11-21T12:00:00Z'),
    ...more,
  };
}

export function postOf(text: string, more: Partial<JudgedPost> = {}): JudgedPost {
  return {
    id: crypto.randomUUID(),
    network: 'x',
    text,
    language: null,
    authorHandle: 'somebody',
    authorName: 'Some Body',
    followers: 120,
    postedAt: new Date('2026-11-21T10:00:00Z'),
    engagement: { likes: 3, replies: 1, reposts: 0 },
    hashtags: [],
    mentions: [],
    answers: null,
    quotes: null,
    ...more,
  };
}

export function modelAt(server: { url: string }, settings: object = {}) {
  return openModel('openai-compatible', {
    settings: { baseUrl: `${server.url}/v1`, model: 'loopback', inputCharacters: 100_000, ...settings },
    credentials: {},
  })!;
}

/** A post as the model is shown it. */
export interface ShownPost {
  id: string;
  text: string;
  author: string;
  answers?: string;
  quotes?: string;
}

/** The lines of JSON inside the fence of a request. */
export function shownPosts({ turns }: SeenRequest): ShownPost[] {
  const fenced = /<(untrusted-[0-9a-f]{16})>\n([\s\S]*)\n<\/\1>/.exec(turns[0]!.text)![2]!;
  return fenced
    .slice(fenced.lastIndexOf('POSTS\n') + 6)
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as ShownPost);
}

/** A score as a model would write it. */
export const scored = (post: Pick<ShownPost, 'id' | 'text'>, more: object = {}) => ({
  id: post.id,
  relevance: 80,
  reason: 'Looks for a machine.',
  intent: 'buying-signal',
  sentiment: 0.2,
  urgency: 50,
  deadline: null,
  insight: null,
  evidence: [post.text.split(' ')[0]!],
  ...more,
});

/** Scores every post of a request in the same way. */
export const scoresAll =
  (more: (post: ShownPost) => object = () => ({})) =>
  (request: SeenRequest): Reply => ({
    kind: 'text',
    text: JSON.stringify({ posts: shownPosts(request).map((post) => scored(post, more(post))) }),
    inputTokens: 1_000,
    outputTokens: 200,
  });
