import { expect, test } from 'bun:test';
import { answerPrompt, CHAT_PROMPT_VERSION, planPrompt } from '../../../src/assistant/prompts/chat.v1.ts';

/** The fence's random mark is the only thing that may differ between two calls. */
function words(prompt: { system: string; user: string }): string {
  return `${prompt.system}\n---\n${prompt.user}`.replace(/untrusted-[0-9a-f]{16}/g, 'untrusted-…');
}

const history = [
  { role: 'user', text: 'Who sings?' },
  { role: 'assistant', text: 'Whales.' },
] as const;

test('the words of chat.v1 are those it was released with: other words are another version', () => {
  const prompts = [
    planPrompt({ question: 'How deep?', history: [] }),
    planPrompt({ question: 'How deep?', history }),
    answerPrompt({ question: 'How deep?', history, passages: '[1] Talk\nBelow twenty hertz.' }),
  ].map(words);

  const hash = new Bun.CryptoHasher('sha256').update(prompts.join('\n===\n')).digest('hex').slice(0, 16);
  expect({ version: CHAT_PROMPT_VERSION, hash }).toEqual({ version: 'chat.v1', hash: '30f7d3e40cd4c7f2' });
});

test('the question stands outside the fence, and what was said before inside it', () => {
  const { user } = answerPrompt({ question: 'How deep?', history, passages: '[1] Talk' });

  const [inside, outside] = user.split(/<\/untrusted-[0-9a-f]{16}>/);
  expect(inside).toContain('Whales.');
  expect(outside).toContain('How deep?');
  expect(inside).not.toContain('How deep?');
});
