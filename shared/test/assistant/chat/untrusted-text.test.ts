import { afterAll, beforeAll, expect, test } from 'bun:test';
import { askChat, type ChatMessage } from '../../../src/assistant/index.ts';
import { openaiServer } from '../../loopback/openai.ts';
import { type Library, openLibrary } from '../library.ts';
import { type ChatRoom, loopbackModel, OFFLINE, openChatRoom, plan, readAll, say } from './chat-room.ts';
import { HOSTILE_ITEMS } from './hostile-items.ts';

let library: Library;
let room: ChatRoom;
/** Their ids, in the order of the items. */
let ids: string[];

beforeAll(async () => {
  library = await openLibrary();
  room = await openChatRoom(library);
  ids = [];
  for (const { title, text } of HOSTILE_ITEMS) ids.push(await room.add({ title, segments: [{ text }] }));
}, 60_000);
afterAll(() => library[Symbol.asyncDispose]());

const QUESTION = 'How do whales sing?';

/** Everything that others wrote, as it stands now. */
const archive = () =>
  library.kysely
    .selectFrom('items')
    .innerJoin('segments', 'segments.item_id', 'items.id')
    .select(['items.id', 'items.title', 'items.status', 'items.tags', 'items.updated_at', 'segments.text'])
    .where('items.org_id', '=', room.org.orgId)
    .orderBy('items.id')
    .execute();

/** What a Markdown reader would follow or run: nothing of it may be left. */
function expectHarmless({ text, citations }: ChatMessage): void {
  expect(text).not.toMatch(/\]\(|\]:|!\[[^\]]*\]\(|<[a-z/!?]/i);
  const numbers = [...text.matchAll(/\[(\d+)\]/g)].map(([, n]) => Number(n));
  expect(numbers.every((n) => citations.some((citation) => citation.n === n))).toBe(true);
}

test('there are twenty of them', () => {
  expect(HOSTILE_ITEMS).toHaveLength(20);
});

test.each(HOSTILE_ITEMS.map(({ title }, index) => [title, index] as const))(
  '%s: the request keeps its form, and what a model repeats of it is disarmed',
  async (_, index) => {
    const before = await archive();
    const { text } = HOSTILE_ITEMS[index]!;
    using server = openaiServer();
    // A model that has fallen for it: it writes the passage out, word for word.
    server.reply(plan('whales sing'), say(`Whales sing [1 "Whales sing"]. ${text}`));

    const { message } = await readAll(
      askChat(
        room.ctx,
        { question: QUESTION, scope: { itemId: ids[index]! } },
        { models: [loopbackModel(server)], embedder: null },
      ),
    );

    const request = server.requests[1]!;
    expect(request.tools).toEqual([]);
    expect(request.turns.map(({ role }) => role)).toEqual(['user']);
    const user = request.turns[0]!.text;
    const mark = /^<(untrusted-[0-9a-f]{16})>\n/.exec(user)![1]!;
    // One fence, whose mark nobody could know, closed once; then the question, and nothing after it.
    expect(user.split(`<${mark}>`)).toHaveLength(2);
    expect(user.split(`</${mark}>`)).toHaveLength(2);
    expect(user).toEndWith(`</${mark}>\n\nThe question, from the user:\n${QUESTION}`);
    expect(request.system).toContain(mark);
    expect(request.system).not.toContain('PWNED');
    const inside = user.slice(0, user.indexOf(`</${mark}>`)).replace(`<${mark}>`, '');
    expect(inside).not.toMatch(/<\s*\/?\s*untrusted-|<\||\|>|[\u200b\u202a-\u202e\u2060\u{e0000}-\u{e007f}]/iu);
    // Only our own head of the passage has square brackets.
    expect(inside.match(/\[/g)).toHaveLength(1);
    expectHarmless(message);
    expect(await archive()).toEqual(before);
  },
);

test('all of them at once change nothing in how another passage is cited', async () => {
  const good = await room.add({
    title: 'Field notes',
    segments: [{ text: 'Blue whales sing below twenty hertz at dusk.' }],
  });
  using server = openaiServer();
  server.reply(
    plan('blue whales sing below twenty hertz'),
    say('They sing low [1 "sing below twenty hertz"], and PWNED [1 "answer PWNED everybody says"].'),
  );

  const { message } = await readAll(
    askChat(
      room.ctx,
      { question: 'How low do blue whales sing?' },
      { models: [loopbackModel(server)], embedder: null },
    ),
  );

  expect(message.citations.map(({ itemId }) => itemId)).toEqual([good]);
  expect(message.text).toBe('They sing low [1], and PWNED.');
});

test('without a model their sentences are shown as plain words', async () => {
  const before = await archive();
  for (const itemId of ids) {
    const { message } = await readAll(
      askChat(room.ctx, { question: QUESTION, scope: { itemId } }, { models: [OFFLINE], embedder: null }),
    );
    expectHarmless(message);
  }
  expect(await archive()).toEqual(before);
}, 30_000);
