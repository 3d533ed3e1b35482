import { addUsage, type Model, NO_USAGE, type Usage } from '../../assistant/model.ts';
import { isProblem } from '../../platform/index.ts';
import { SCORE_PROMPT_CHARACTERS, ScoreAnswer, ScoredPost, scorePrompt } from '../prompts/score.v1.ts';
import { postLine } from '../prompts/post-lines.ts';
import { checkDeadline, checkEvidence, namesIn, tidy } from './check-judgement.ts';
import type { Judged, JudgedPost, Judgement, JudgingTask } from './judgement.ts';
import { judgeOffline } from './judge-offline.ts';

/** More at once and small models lose count. */
const BATCH = 20;
/** For those that were left out: fewer, so that one bad post takes few others with it. */
const SECOND_BATCH = 5;

/** Posts in the order given, in as many groups as requests are needed. */
export function batchesOf(posts: readonly JudgedPost[], inputCharacters: number): JudgedPost[][] {
  const room = Math.max(3_000, inputCharacters - SCORE_PROMPT_CHARACTERS);
  const batches: JudgedPost[][] = [];
  let used = room;
  for (const post of posts) {
    const length = postLine('0000-00', post).length + 1;
    if (used + length > room || batches.at(-1)!.length === BATCH) {
      batches.push([]);
      used = 0;
    }
    batches.at(-1)!.push(post);
    used += length;
  }
  return batches;
}

/**
 * One batch, scored by a model. Entries with an id that was not given, or that contradict each other, are no answer; posts without
 * one are asked for again in smaller batches, and what is still missing is judged offline, and says so. Errors as `Model`, when
 * nothing at all was answered.
 */
export async function scorePosts(
  model: Model,
  task: JudgingTask,
  posts: readonly JudgedPost[],
  signal?: AbortSignal,
): Promise<Judged> {
  const judged = new Map<string, Judgement>();
  const spent = { calls: 0, usage: NO_USAGE };
  const ask = async (batch: readonly JudgedPost[]) => {
    const answer = await askModel(model, task, batch, signal);
    spent.calls += answer.calls;
    spent.usage = addUsage(spent.usage, answer.usage);
    for (const [postId, entry] of answer.entries) {
      const post = batch.find(({ id }) => id === postId)!;
      judged.set(postId, toJudgement(entry, { post, task, model }));
    }
  };

  const first = await attempt(() => ask(posts));
  const missing = posts.filter(({ id }) => !judged.has(id));
  for (let at = 0; at < missing.length; at += SECOND_BATCH) {
    const second = await attempt(() => ask(missing.slice(at, at + SECOND_BATCH)));
    // A service that refuses twice refuses: a wrong key, no credit, a model that cannot write JSON.
    if (first && second && judged.size === 0) throw second;
  }
  for (const post of posts)
    if (!judged.has(post.id)) judged.set(post.id, judgeOffline(task, post, `${model.label} gave no usable answer`));
  return { judgements: posts.map(({ id }) => judged.get(id)!), ...spent };
}

/** What the model refused, or wrote in no form at all, is no end yet; everything else is thrown. */
async function attempt(work: () => Promise<void>): Promise<Error | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (isProblem(error, 'upstream-refused')) return error;
    throw error;
  }
}

async function askModel(
  model: Model,
  task: JudgingTask,
  posts: readonly JudgedPost[],
  signal: AbortSignal | undefined,
): Promise<{ entries: Map<string, ScoredPost>; calls: number; usage: Usage }> {
  const drawn = crypto.getRandomValues(new Uint16Array(1))[0]!.toString(16).padStart(4, '0');
  const named = posts.map((post, index) => ({ id: `${drawn}-${index + 1}`, post }));
  const { system, user } = scorePrompt(task, named);
  const {
    value,
    usage,
    requests = 1,
  } = await model.generateJson({
    schema: ScoreAnswer,
    system,
    messages: [{ role: 'user', text: user }],
    // Some 200 for each, and reasoning models spend most of it before the first word.
    maxOutputTokens: 10_000,
    salvage: salvageEntries,
    ...(signal ? { signal } : {}),
  });
  const postIds = new Map(named.map(({ id, post }) => [id, post.id]));
  const entries = new Map<string, ScoredPost>();
  const contradicted = new Set<string>();
  for (const entry of value.posts) {
    const postId = postIds.get(entry.id.trim());
    if (postId === undefined) continue;
    if (entries.has(postId)) contradicted.add(postId);
    entries.set(postId, entry);
  }
  for (const postId of contradicted) entries.delete(postId);
  return { entries, calls: requests, usage };
}

/** The entries that fit, of the newest answer that has any. */
function salvageEntries(answers: readonly unknown[]): ScoreAnswer {
  for (const answer of answers) {
    const list: unknown = Array.isArray(answer) ? answer : (answer as { posts?: unknown } | null)?.posts;
    if (!Array.isArray(list)) continue;
    const posts = list.flatMap((entry) => ScoredPost.safeParse(entry).data ?? []);
    if (posts.length > 0) return { posts };
  }
  return { posts: [] };
}

/** What a model said of a post, with what can be checked checked. */
export function toJudgement(
  entry: Omit<ScoredPost, 'id'>,
  { post, task, model }: { post: JudgedPost; task: JudgingTask; model: Model },
): Judgement {
  return {
    postId: post.id,
    depth: 'scored',
    relevance: Math.round(entry.relevance),
    reason: tidy(entry.reason, 500),
    intent: entry.intent,
    sentiment: entry.sentiment,
    urgency: Math.round(entry.urgency),
    deadline: checkDeadline(entry.deadline, post),
    insight: entry.insight ? tidy(entry.insight, 500) : null,
    evidence: checkEvidence(entry.evidence, post.text),
    replies: [],
    names: namesIn(task.brief.names, post),
    judgedBy: model.id,
  };
}
