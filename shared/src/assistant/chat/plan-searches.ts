import { type Log, isProblem } from '../../platform/index.ts';
import type { Model, Usage } from '../model.ts';
import { NO_USAGE } from '../model.ts';
import { planPrompt, SearchPlan, type Turn } from '../prompts/chat.v1.ts';
import { questionWords } from './question-words.ts';

/** Searches take at most so many characters. */
const QUERY_CHARACTERS = 1_000;
/** A question with fewer words of its own speaks of the one before. */
const STANDS_ALONE = 3;
const PLAN_TOKENS = 1_000;

export interface PlannedSearches {
  readonly queries: string[];
  readonly usage: Usage;
}

/** Without a model: the question's own words, and those of the one before when it is too short to stand alone. */
export function searchesByWords(question: string, history: readonly Turn[]): string[] {
  const own = questionWords(question);
  const before = history.findLast(({ role }) => role === 'user')?.text;
  const needsMore = before !== undefined && own.length < STANDS_ALONE;
  return [[...own, ...(needsMore ? questionWords(before) : [])].join(' ').slice(0, QUERY_CHARACTERS)];
}

/**
 * Follow-ups are rewritten with the conversation into one to four searches of their own. A model that cannot write the form
 * asked for leaves the words; that it does not answer at all is the caller's problem.
 */
export async function planSearches(
  model: Model,
  { question, history, signal, log }: { question: string; history: readonly Turn[]; signal: AbortSignal; log: Log },
): Promise<PlannedSearches> {
  const { system, user } = planPrompt({ question, history });
  try {
    const { value, usage } = await model.generateJson({
      schema: SearchPlan,
      system,
      messages: [{ role: 'user', text: user }],
      maxOutputTokens: PLAN_TOKENS,
      signal,
    });
    return { queries: [...new Set(value.queries.map((query) => query.slice(0, QUERY_CHARACTERS)))], usage };
  } catch (error) {
    if (!isProblem(error, 'upstream-refused')) throw error;
    log.set({ planProblem: error.detail });
    return { queries: searchesByWords(question, history), usage: NO_USAGE };
  }
}
