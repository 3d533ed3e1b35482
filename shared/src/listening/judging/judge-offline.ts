import { OFFLINE_MODEL } from '../../assistant/models/offline.ts';
import { isContentWord, stem, words } from '../../assistant/offline/words.ts';
import type { Intent } from '../judging-contracts.ts';
import { checkEvidence, namesIn, tidy } from './check-judgement.ts';
import { foldText } from './folded-text.ts';
import type { Example, JudgedPost, Judgement, JudgingTask } from './judgement.ts';
import { matchQuery } from './match-query.ts';
import { deadlineOf, haste } from './offline/deadline.ts';
import { type FoundIntent, intentOf } from './offline/intent.ts';
import { type ReasonWords, reasonWords } from './offline/reason-words.ts';
import { sentimentOf } from './offline/sentiment.ts';

const WORTH: Record<Intent, number> = {
  'buying-signal': 28,
  complaint: 20,
  comparison: 18,
  question: 16,
  praise: 8,
  news: -5,
  noise: -10,
};
/** How far the nearest rated post moves the score. */
const NUDGE = 25;
const HOUR = 3_600_000;
/** Articles of feeds say what they are about at their beginning. */
const LONGEST = 5_000;

/**
 * Without a model: the words of the query and of the description, turns of phrase, a list of good and bad words, and likeness to posts
 * that were given a thumb. The reason names what was seen. No replies are suggested: nothing here can write.
 */
export function judgeOffline(task: JudgingTask, whole: JudgedPost, why?: string): Judgement {
  const post = { ...whole, text: whole.text.slice(0, LONGEST) };
  const folded = foldText(post.text);
  const matches = matchQuery(task.query, post, folded);
  const sentiment = sentimentOf(post.text);
  const found = intentOf(post.text, sentiment.score);
  const about = wordsInCommon(`${task.brief.seeks}\n${task.brief.about}`, post.text);
  const example = nearestExample(task.examples, post.text);
  const relevance =
    (matches.length > 0 ? 28 + 5 * Math.min(4, matches.length) : 20) +
    WORTH[found.intent] +
    Math.min(20, 4 * about.length) +
    (matches.some(({ term }) => term.startsWith('@')) ? 8 : 0) +
    (example ? Math.round(NUDGE * example.likeness) * example.thumb : 0);
  const said = reasonWords(`${task.brief.seeks}\n${task.brief.about}`);
  const urgency = urgencyOf(post, found.intent);
  const evidence = [
    ...matches.flatMap(({ places }) => places.map(({ start, end }) => folded.written(start, end))),
    ...found.words,
    ...sentiment.words.slice(0, 2),
  ];
  return {
    postId: post.id,
    depth: 'scored',
    relevance: Math.round(Math.min(100, Math.max(0, relevance))),
    reason: tidy(reasonOf(said, { why, found, about, example, terms: matches.map(({ term }) => term) }), 500),
    intent: found.intent,
    sentiment: Math.round(sentiment.score * 100) / 100,
    ...urgency,
    insight: null,
    evidence: checkEvidence(evidence, post.text),
    replies: [],
    names: namesIn(task.brief.names, post),
    judgedBy: OFFLINE_MODEL,
  };
}

/** Likeness from 0 to 1: the cosine of their words, without those that carry no topic. */
export function nearestExample(
  examples: readonly Example[],
  text: string,
): { thumb: 1 | -1; likeness: number; text: string } | null {
  const own = stemsOf(text);
  let nearest: { thumb: 1 | -1; likeness: number; text: string } | null = null;
  for (const example of examples) {
    const other = stemsOf(example.text);
    const shared = [...own].filter((each) => other.has(each)).length;
    const likeness = shared / (Math.sqrt(own.size * other.size) || 1);
    if (likeness > Math.max(0.3, nearest?.likeness ?? 0)) nearest = { ...example, likeness };
  }
  return nearest;
}

function reasonOf(
  said: ReasonWords,
  seen: {
    why: string | undefined;
    found: FoundIntent;
    terms: readonly string[];
    about: readonly string[];
    example: { thumb: 1 | -1; text: string } | null;
  },
): string {
  const quoted = (list: readonly string[]) =>
    list
      .slice(0, 5)
      .map((each) => `“${each}”`)
      .join(', ');
  const { found, example } = seen;
  const parts = [
    seen.terms.length > 0 ? `${said.says} ${quoted(seen.terms)}` : said.saysNone,
    `${said.intents[found.intent]}${found.words.length > 0 ? ` (${quoted(found.words)})` : ''}`,
    ...(seen.about.length > 0 ? [`${said.shares} ${quoted(seen.about)}`] : []),
    ...(example ? [`${example.thumb === 1 ? said.likeUp : said.likeDown} ${quoted([tidy(example.text, 60)])}`] : []),
  ];
  return `${said.byWords}${seen.why ? ` (${seen.why})` : ''}: ${parts.join('; ')}`;
}

/** What an unanswered complaint or question is worth falls by the day; a time that is named counts more. */
function urgencyOf(post: JudgedPost, intent: Intent): { urgency: number; deadline: Date | null } {
  const deadline = deadlineOf(post.text, post.postedAt);
  const hours = deadline ? (deadline.until.getTime() - post.postedAt.getTime()) / HOUR : Infinity;
  const byIntent: Partial<Record<Intent, number>> = {
    complaint: 45,
    'buying-signal': 40,
    question: 35,
    comparison: 25,
  };
  const byTime = hours <= 26 ? 85 : hours <= 74 ? 70 : hours <= 170 ? 55 : hours === Infinity ? 0 : 35;
  return {
    urgency: Math.max(byIntent[intent] ?? 10, byTime, haste(post.text) ? 90 : 0),
    deadline: deadline?.until ?? null,
  };
}

function wordsInCommon(description: string, text: string): string[] {
  const wanted = stemsOf(description);
  const found = new Map<string, string>();
  for (const word of words(text)) if (isContentWord(word) && wanted.has(stem(word))) found.set(stem(word), word);
  return [...found.values()];
}

const stemsOf = (text: string): Set<string> => new Set(words(text).filter(isContentWord).map(stem));
