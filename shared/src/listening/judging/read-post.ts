import { partAt, type ReadPassage } from '../../assistant/chat/read-passage.ts';
import { findQuote } from '../../assistant/chat/quoted-words.ts';
import type { Model } from '../../assistant/model.ts';
import { isContentWord, words } from '../../assistant/offline/words.ts';
import type { CampaignBrief } from '../campaign-contracts.ts';
import type { ReplyCitation, SuggestedReply } from '../judging-contracts.ts';
import { READ_PROMPT_CHARACTERS, ReadAnswer, readPrompt, type ThreadPost } from '../prompts/read.v1.ts';
import type { Judged, JudgedPost, JudgingTask } from './judgement.ts';
import { toJudgement } from './score-posts.ts';

const MOST_REPLIES = 3;
const LONGEST_REPLY = 2_000;
/** Two words in a row are found in almost any text. */
const SHORTEST_QUOTE = 3;

export interface AroundPost {
  /** In the order of their time. */
  readonly thread: readonly ThreadPost[];
  /** Of the organisation's own archive, numbered from 1. */
  readonly passages: readonly ReadPassage[];
}

/** One post, judged anew with all there is around it, with replies whose citations were checked. Errors as `Model`. */
export async function readPost(
  model: Model,
  task: JudgingTask,
  post: JudgedPost,
  around: AroundPost,
  signal?: AbortSignal,
): Promise<Judged> {
  const { system, user } = readPrompt(task, post, fitting(around, model.inputCharacters - READ_PROMPT_CHARACTERS));
  const {
    value,
    usage,
    requests = 1,
  } = await model.generateJson({
    schema: ReadAnswer,
    system,
    messages: [{ role: 'user', text: user }],
    maxOutputTokens: 8_000,
    ...(signal ? { signal } : {}),
  });
  const judgement = toJudgement(value, { post, task, model });
  const replies = checkReplies(value.replies, { passages: around.passages, brief: task.brief });
  return { judgements: [{ ...judgement, depth: 'read', replies }], calls: requests, usage };
}

/**
 * Replies as they may be shown: citations name a passage that was given, and quote what stands in it. A reply with an address that the
 * brief does not have is left out: it can only come from a stranger, or from nowhere.
 */
export function checkReplies(
  replies: ReadAnswer['replies'],
  { passages, brief }: { passages: readonly ReadPassage[]; brief: Pick<CampaignBrief, 'about' | 'seeks' | 'voice'> },
): SuggestedReply[] {
  const known = `${brief.about}\n${brief.seeks}\n${brief.voice}`.toLowerCase();
  const seen = new Set<string>();
  const kept: SuggestedReply[] = [];
  for (const { text, citations } of replies) {
    const reply = text.trim().slice(0, LONGEST_REPLY);
    const addresses = reply.toLowerCase().match(/(?:https?:\/\/|www\.)[^\s)\]>]+/g) ?? [];
    const isForeign = addresses.some((address) => !known.includes(address.replace(/[.,;:!?]+$/, '')));
    if (isForeign || seen.has(reply.toLowerCase())) continue;
    seen.add(reply.toLowerCase());
    kept.push({ text: reply, citations: citations.flatMap((citation) => checkCitation(citation, passages) ?? []) });
  }
  return kept.slice(0, MOST_REPLIES);
}

function checkCitation(
  { passage: named, quote }: { passage: number | string; quote: string },
  passages: readonly ReadPassage[],
): ReplyCitation | null {
  const n = Number(/\d+/.exec(String(named))?.[0]);
  const passage = passages.find((each) => each.n === n);
  if (!passage || words(quote).length < SHORTEST_QUOTE || !words(quote).some(isContentWord)) return null;
  const found = findQuote(passage.text, quote);
  if (!found) return null;
  return {
    itemId: passage.itemId,
    title: passage.title,
    quote: passage.text.slice(found.start, found.end),
    startSeconds: partAt(passage, found.start).startSeconds,
  };
}

/** Passages first, then what was said last: a model that carries little sees less of the conversation. */
function fitting({ thread, passages }: AroundPost, room: number): AroundPost {
  let left = Math.max(2_000, room) - 8_000;
  const take = <Part extends { readonly text: string }>(parts: readonly Part[]): Part[] =>
    parts.filter(({ text }) => {
      left -= Math.min(text.length, 600) + 120;
      return left > 0;
    });
  const taken = new Set(take(thread.toReversed()));
  return { thread: thread.filter((post) => taken.has(post)), passages };
}
