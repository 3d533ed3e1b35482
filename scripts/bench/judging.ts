/** What judging 1,000 posts takes beyond the model's own time: rules, batches, reading in full, storing. */
import { applyRules, CampaignBrief, CampaignQuery, type FoundPost, type RunSpec } from '@nexus/shared/listening';
import { createVault } from '@nexus/shared/platform';
import type { WorkerPorts } from '../../worker/src/index.ts';
import { judgeStage } from '../../worker/src/listening/judging/judge-stage.ts';
import { advance } from '../../worker/src/listening/runs/advance-run.ts';
import { storePosts } from '../../worker/src/listening/runs/store-posts.ts';
import { writeFound } from '../../worker/src/listening/runs/write-found.ts';
import { benchContext } from './bench-context.ts';
import type { Figure } from './figure.ts';
import { figure } from './part.ts';
import { scoringModel } from './scoring-model.ts';
import { syntheticLanguage } from './synthetic-language.ts';

const POSTS = 1_000;
/** What the loopback model takes for an answer; three are asked for at once. */
const THINKING_MS = 100;

const spec: RunSpec = {
  query: CampaignQuery.parse({
    keywords: ['espresso', 'coffee machine'],
    exclude: ['giveaway'],
    excludePatterns: [String.raw`promo\s*code`, String.raw`(win|free)+\s+(now)?`],
    languages: ['en'],
  }),
  brief: CampaignBrief.parse({ about: 'Espresso machines for offices', seeks: 'people who look for one' }),
  sources: [],
  maxPosts: 10_000,
  maxCostUsd: null,
  threshold: 60,
  keepRaw: false,
};

export async function measureJudging(): Promise<Figure[]> {
  await using bench = await benchContext();
  using model = scoringModel(THINKING_MS);
  const posts = syntheticPosts();

  const began = performance.now();
  const dropped = posts.map((post) => ({ post, hit: applyRules(spec.query, ruled(post)) }));
  const rulesMs = performance.now() - began;
  const share = dropped.filter(({ hit }) => hit !== null).length / POSTS;

  const { ports, runId, orgId } = await runOf(bench, model.baseUrl, dropped);
  const startedAt = performance.now();
  const { outcome } = await advance(
    { orgId, runId },
    ports,
    { signal: new AbortController().signal, log: bench.ctx.log },
    [judgeStage],
  );
  const seconds = (performance.now() - startedAt) / 1000;
  if (outcome !== 'complete') throw new Error(`The run ended as ${outcome}.`);

  const note = `${POSTS} synthetic posts, ${THINKING_MS} ms for each answer of a loopback model, three at once, PGlite`;
  return [
    figure('judging-rules', (rulesMs * 1000) / POSTS, 'µs/post', POSTS, 'words, patterns, language and engagement'),
    figure('judging-dropped', share * 100, '%', POSTS, 'by rules, of the mix that scripts/bench/judging.ts makes'),
    figure(
      'judging-calls',
      model.requests(),
      'calls',
      POSTS,
      `${note}; ${model.read()} of them to read a post in full`,
      0,
    ),
    figure('judging-seconds', seconds, 's', POSTS, note),
  ];
}

/** Half of them about the matter, the rest what a broad search brings along. */
function syntheticPosts(): FoundPost[] {
  const language = syntheticLanguage(5);
  return Array.from({ length: POSTS }, (_, index): FoundPost => {
    const words = language.sentence(18);
    const kinds = [
      `Looking for an espresso machine, ${words}`,
      `${words} espresso ${language.sentence(6)}`,
      `My coffee machine ${words}`,
      `${words} espresso`,
      `Which espresso machine ${words}?`,
      words,
      `${language.sentence(30)}`,
      `RT @somebody: espresso ${words}`,
      `giveaway espresso ${words}`,
      `Сегодня утром варили эспрессо (espresso) на новой машине ${index}`,
    ];
    const externalId = String(index);
    return {
      network: 'x',
      externalId,
      url: `https://x.example/i/${externalId}`,
      text: kinds[index % kinds.length]!,
      language: index % kinds.length === 9 ? 'ru' : 'en',
      author: {
        externalId: `a${index % 300}`,
        handle: `person${index % 300}`,
        name: 'Person',
        url: null,
        bio: null,
        avatarUrl: null,
        followers: index,
        isVerified: null,
      },
      postedAt: new Date(Date.UTC(2026, 10, 20, 0, 0, index)),
      editedAt: null,
      conversationExternalId: externalId,
      replyToExternalId: null,
      quotedExternalId: null,
      engagement: { likes: index % 7, replies: 0, reposts: 0, quotes: null, views: null },
      entities: { hashtags: [], mentions: [], links: [], media: [] },
    };
  });
}

const ruled = ({ text, author, language, engagement, entities }: FoundPost) => ({
  text,
  authorHandle: author.handle,
  language,
  engagement,
  ...entities,
});

/** A run that has found the posts, in an organisation with the model connected. */
async function runOf(
  bench: Awaited<ReturnType<typeof benchContext>>,
  baseUrl: string,
  found: readonly { post: FoundPost; hit: ReturnType<typeof applyRules> }[],
) {
  const { orgId, db } = bench.ctx;
  const ports = {
    db,
    vault: createVault(Buffer.alloc(32, 1).toString('base64')),
    keys: {},
    queue: { send: async () => null },
    log: () => undefined,
    now: () => new Date(),
  } as unknown as WorkerPorts;
  return db.transaction().execute(async (tx) => {
    const settings = { baseUrl, model: 'loopback', inputCharacters: 100_000 };
    await tx
      .insertInto('credentials')
      .values({
        org_id: orgId,
        kind: 'model',
        adapter: 'openai-compatible',
        label: 'Loopback',
        settings: JSON.stringify(settings),
      })
      .execute();
    const campaign = await tx
      .insertInto('campaigns')
      .values({ org_id: orgId, name: 'Coffee', query: JSON.stringify(spec.query), sources: '[]' })
      .returning('id')
      .executeTakeFirstOrThrow();
    const { id } = await tx
      .insertInto('runs')
      .values({ org_id: orgId, campaign_id: campaign.id, spec: JSON.stringify(spec), stage: 'judge' })
      .returning('id')
      .executeTakeFirstOrThrow();
    const posts = found.map(({ post }) => post);
    const ids = await storePosts(tx, orgId, posts, ports.now());
    const rows = found.map(({ post, hit }, position) => ({
      post_id: ids.get(`${post.network}:${post.externalId}`)!,
      position,
      dropped: hit,
    }));
    const run = { id, orgId, campaignId: campaign.id, kind: 'full' as const, spec, startedAt: ports.now(), costUsd: 0 };
    await writeFound(tx, run, 'x', rows);
    return { ports, runId: id, orgId };
  });
}

if (import.meta.main) for (const measured of await measureJudging()) console.log(JSON.stringify(measured));
