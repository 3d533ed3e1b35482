import { OFFLINE_MODEL } from '../models/offline.ts';
import type { AnswerDraft } from './answer-draft.ts';
import type { ChatEvent } from './chat-contracts.ts';
import { extractSentences } from './extract-sentences.ts';
import { phrasesFor } from './fixed-phrases.ts';

/** Answers with the archive's own sentences, each under its citation, and says that no language model was asked. */
export function* answerOffline(draft: AnswerDraft, question: string): Generator<ChatEvent> {
  draft.model = OFFLINE_MODEL;
  const sentences = extractSentences(question, draft.queries, draft.passages);
  draft.isFound = sentences.length > 0;
  const phrases = phrasesFor(question);
  if (!draft.isFound) return yield* draft.write(phrases.absent);

  yield* draft.write(phrases.extracted);
  for (const [index, sentence] of sentences.entries()) {
    const said = sentence.passage.text.slice(sentence.start, sentence.end);
    yield* draft.write(`${index === 0 ? '\n\n' : '\n'}- ${asPlainText(said)}`);
    yield* draft.cite(sentence);
  }
}

/** In one line, and without what Markdown would make a link, an image, a citation or HTML of. */
function asPlainText(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[[\]<`*_#|~\\]/g, (sign) => PLAIN[sign] ?? '')
    .trim();
}

const PLAIN: Record<string, string> = { '[': '(', ']': ')', '<': '‹', '`': "'", _: ' ', '|': ' ', '~': ' ', '\\': '/' };
