import { expect, test } from 'bun:test';
import type { ChatEvent, ChatMessage, Citation } from '@nexus/shared/assistant';
import { answerMarkdown } from '../../src/lib/assistant/chat/answer-markdown.ts';
import { answerTokens, leavesOf, UNBACKED } from '../../src/lib/assistant/chat/answer-tokens.ts';
import { readEvents } from '../../src/lib/assistant/chat/read-events.ts';

const citation: Citation = {
  n: 1,
  itemId: '7b0d0c5e-5d0a-4f0e-9d36-1f1f6d1d9a11',
  title: 'Whales [of] the <north>',
  kind: 'audio',
  passage: 'Whales sing.',
  quote: 'Whales sing',
  speaker: 'Dr Moreau',
  startSeconds: 12.3456,
  paragraph: null,
  checked: 'quote',
};

test('citations and unbacked statements are parts of their own; other brackets are words', () => {
  const [paragraph] = answerTokens('They sing [1]. So [sic] they say.', [33]);

  expect(paragraph!.type).toBe('paragraph');
  const text = 'tokens' in paragraph! && paragraph.tokens ? paragraph.tokens.map(({ raw }) => raw).join('') : '';
  expect(leavesOf(text)).toEqual([
    { kind: 'text', text: 'They sing ' },
    { kind: 'citation', n: 1 },
    { kind: 'text', text: '. So [sic] they say.' },
    { kind: 'unbacked' },
  ]);
  expect(text).toContain(UNBACKED);
});

test('a copied answer leads to its seconds, and titles bring no Markdown along', () => {
  const message = { text: 'They sing [1].', citations: [citation] } as unknown as ChatMessage;

  const copied = answerMarkdown(message, 'http://nexus.test', (seconds) => `${Math.floor(seconds)} s`);

  expect(copied).toBe(
    'They sing [\\[1\\]](http://nexus.test/archive/7b0d0c5e-5d0a-4f0e-9d36-1f1f6d1d9a11?t=12.346).\n\n1. Whales of the north, 12 s — Dr Moreau: “Whales sing”\n',
  );
});

test('events are read whole, however the bytes are cut', async () => {
  const sent: ChatEvent[] = [
    { type: 'text', text: 'Киты\n\nпоют' },
    { type: 'passages', count: 0, items: [] },
  ];
  const bytes = new TextEncoder().encode(
    `: waiting\n\n${sent.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('')}`,
  );
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const byte of bytes) controller.enqueue(new Uint8Array([byte]));
      controller.close();
    },
  });

  const read: ChatEvent[] = [];
  for await (const event of readEvents(body)) read.push(event);

  expect(read).toEqual(sent);
});
