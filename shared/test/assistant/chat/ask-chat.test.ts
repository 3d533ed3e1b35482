import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import {
  askChat,
  deleteChat,
  getChat,
  listChats,
  regenerateAnswer,
  renameChat,
  shareChat,
  stopAnswer,
  unshareChat,
} from '../../../src/assistant/index.ts';
import { openaiServer } from '../../loopback/openai.ts';
import { type Library, openLibrary } from '../library.ts';
import { type ChatRoom, loopbackModel, OFFLINE, openChatRoom, plan, readAll, say } from './chat-room.ts';

let library: Library;
beforeAll(async () => void (library = await openLibrary()), 60_000);
afterAll(() => library[Symbol.asyncDispose]());

const TALK = {
  title: 'Whales of the north',
  kind: 'audio' as const,
  segments: [
    { text: 'Good morning and welcome to the talk.', at: 0, speaker: 'Host' },
    {
      text: 'Blue whales sing below twenty hertz, deeper than any human ear can follow.',
      at: 12,
      speaker: 'Dr Moreau',
    },
    { text: 'Their songs cross whole oceans within an hour.', at: 19, speaker: 'Dr Moreau' },
    { text: 'Ships have made the sea louder by ten decibels since 1960.', at: 31, speaker: 'Dr Moreau' },
  ],
};

async function roomWithTalk(): Promise<ChatRoom & { itemId: string }> {
  const room = await openChatRoom(library);
  return { ...room, itemId: await room.add(TALK) };
}

const ask = (room: ChatRoom, question: string, models = [OFFLINE], more: { chatId?: string } = {}) =>
  readAll(askChat(room.ctx, { question, ...more }, { models, embedder: null }));

describe('with a model', () => {
  test('each statement is cited to item, speaker and second, and the quoted words stand in the passage', async () => {
    const room = await roomWithTalk();
    using server = openaiServer();
    server.reply(
      plan('how deep do blue whales sing'),
      say('They sing below 20 hertz [1 "sing below twenty hertz"]. It crosses oceans [1 "songs cross whole oceans"].'),
    );

    const { events, message, shown } = await ask(room, 'How deep do whales sing?', [loopbackModel(server)]);

    expect(message).toMatchObject({
      state: 'done',
      isFound: true,
      isOffline: false,
      unbacked: [],
      inputTokens: 22,
      outputTokens: 14,
    });
    expect(shown).toBe('They sing below 20 hertz [1]. It crosses oceans [2].');
    expect(message.text).toBe(shown);
    expect(message.citations).toMatchObject([
      {
        n: 1,
        itemId: room.itemId,
        title: TALK.title,
        quote: 'sing below twenty hertz',
        speaker: 'Dr Moreau',
        startSeconds: 12,
        checked: 'quote',
      },
      { n: 2, quote: 'songs cross whole oceans', speaker: 'Dr Moreau', startSeconds: 19 },
    ]);
    // A citation is known before the text that names it is shown.
    const types = events.map(({ type }) => type);
    expect(types.indexOf('citation')).toBeLessThan(
      events.findIndex((event) => event.type === 'text' && event.text.includes('[1]')),
    );
    expect(types.slice(0, 3)).toEqual(['start', 'status', 'status']);
  });

  test('a quotation that nobody said is dropped, and its statement is marked', async () => {
    const room = await roomWithTalk();
    using server = openaiServer();
    server.reply(
      plan('blue whales sing'),
      say(
        'Whales sing deep [1 "sing below twenty hertz"]. Elephants invented radio waves in Paris [1 "elephants invented radio waves"].',
      ),
    );

    const { message } = await ask(room, 'Do whales sing?', [loopbackModel(server)]);

    expect(message.text).toBe('Whales sing deep [1]. Elephants invented radio waves in Paris.');
    expect(message.citations).toHaveLength(1);
    expect(message.unbacked).toEqual([message.text.length]);
  });

  test('a number that no passage has vanishes; a statement whose own words are there is kept', async () => {
    const room = await roomWithTalk();
    using server = openaiServer();
    server.reply(
      plan('ships sea louder'),
      say(
        'Ships made the sea louder by ten decibels since 1960 [1]. Nobody minds the noise of harbours [7 "nobody minds the noise"].',
      ),
    );

    const { message } = await ask(room, 'Did ships make the sea louder?', [loopbackModel(server)]);

    expect(message.text).toBe(
      'Ships made the sea louder by ten decibels since 1960 [1]. Nobody minds the noise of harbours.',
    );
    expect(message.citations).toMatchObject([{ n: 1, checked: 'statement', startSeconds: 31 }]);
    expect(message.unbacked).toHaveLength(1);
  });

  test('what the archive does not hold is not asked of a model, and said in the language of the question', async () => {
    const room = await roomWithTalk();
    using server = openaiServer();
    server.reply(plan('рецепт борща со свёклой'));

    const { message } = await ask(room, 'Какой рецепт у борща?', [loopbackModel(server)]);

    expect(message).toMatchObject({
      state: 'done',
      isFound: false,
      text: 'В архиве об этом ничего нет.',
      citations: [],
      unbacked: [],
    });
    expect(server.requests).toHaveLength(1);
  });

  test('a model that says it is not there gives no answer', async () => {
    const room = await roomWithTalk();
    using server = openaiServer();
    server.reply(plan('whales songs'), say('The archive does not say who recorded the songs [0].'));

    const { message } = await ask(room, 'Who recorded the songs of the whales?', [loopbackModel(server)]);

    expect(message).toMatchObject({
      isFound: false,
      text: 'The archive does not say who recorded the songs.',
      unbacked: [],
    });
  });

  test('a follow-up is rewritten with the conversation, which the model gets fenced', async () => {
    const room = await roomWithTalk();
    using server = openaiServer();
    server.reply(plan('blue whales sing'), say('Below twenty hertz [1 "below twenty hertz, deeper"].'));
    const first = await ask(room, 'How deep do blue whales sing?', [loopbackModel(server)]);
    server.reply(plan('how far do songs of blue whales travel'), say('Across oceans [1 "cross whole oceans within"].'));

    const start = first.events[0];
    if (start?.type !== 'start') throw new Error('no start');
    const { message } = await ask(room, 'And how far?', [loopbackModel(server)], { chatId: start.chat.id });

    expect(message.queries).toEqual(['how far do songs of blue whales travel']);
    expect(server.requests[2]!.turns[0]!.text).toContain('How deep do blue whales sing?');
    expect(message.citations).toMatchObject([{ startSeconds: 19 }]);
  });

  test('one that refuses before its first word is passed over, and named', async () => {
    const room = await roomWithTalk();
    using refusing = openaiServer();
    using server = openaiServer();
    refusing.reply({ kind: 'refuse', status: 401 }, { kind: 'refuse', status: 401 }, { kind: 'refuse', status: 401 });
    server.reply(plan('whales sing'), say('Below twenty hertz [1 "below twenty hertz"].'));

    const { message } = await ask(room, 'How do whales sing?', [loopbackModel(refusing), loopbackModel(server)]);

    expect(message).toMatchObject({ state: 'done', isFound: true });
    expect(message.warning).toContain('Loopback was not used');
  });

  const FAILURES = [
    ['says 429', [plan('whales sing'), { kind: 'refuse', status: 429, retryAfterSeconds: 7 }], 'upstream-limited', ''],
    ['says 500', [plan('whales sing'), { kind: 'refuse', status: 500 }], 'upstream-down', ''],
    ['answers a page of HTML', [plan('whales sing'), { kind: 'garbage' }], 'upstream-down', ''],
    ['breaks off', [plan('whales sing'), { kind: 'cut', text: 'They sing below' }], 'upstream-down', 'They sing below'],
    ['says nothing', [plan('whales sing'), { kind: 'text', text: '' }], 'upstream-refused', ''],
  ] as const;

  test.each(FAILURES)(
    'one that %s leaves a failed answer with its reason, and can be asked anew',
    async (_, replies, code, text) => {
      const room = await roomWithTalk();
      using server = openaiServer();
      server.reply(...replies);

      const { message, events } = await ask(room, 'How do whales sing?', [loopbackModel(server)]);

      expect(message).toMatchObject({ state: 'failed', text, problem: { code } });
      expect(events.at(-2)).toMatchObject({ type: 'problem', problem: { code } });
      const start = events[0];
      if (start?.type !== 'start') throw new Error('no start');
      server.reply(plan('whales sing'), say('Below twenty hertz [1 "below twenty hertz"].'));
      const again = await readAll(
        regenerateAnswer(room.ctx, { chatId: start.chat.id }, { models: [loopbackModel(server)], embedder: null }),
      );
      expect(again.message).toMatchObject({ state: 'done', version: 2, position: message.position });
      const stored = await getChat(room.ctx, { chatId: start.chat.id });
      expect(stored.messages.map(({ role, version, state }) => [role, version, state])).toEqual([
        ['user', 1, 'done'],
        ['assistant', 1, 'failed'],
        ['assistant', 2, 'done'],
      ]);
    },
  );

  test('one that falls silent is given up after its time, with what it said before', async () => {
    const room = await roomWithTalk();
    using server = openaiServer();
    server.reply(plan('whales sing'), { kind: 'stall' });

    const { message } = await ask(room, 'How do whales sing?', [loopbackModel(server, { timeoutSeconds: 1 })]);

    expect(message).toMatchObject({ state: 'failed', problem: { code: 'upstream-down' } });
  });

  test('tokens and their price are counted as used by the chat, once', async () => {
    const room = await roomWithTalk();
    using server = openaiServer();
    server.reply(plan('whales sing'), say('Below twenty hertz [1 "below twenty hertz"].'));

    const { message } = await ask(room, 'How do whales sing?', [
      loopbackModel(server, { inputUsdPerMillion: 1_000, outputUsdPerMillion: 2_000 }),
    ]);

    expect(message.costUsd).toBeCloseTo(0.022 + 0.028, 6);
    const used = await library.kysely
      .selectFrom('usage_events')
      .selectAll()
      .where('org_id', '=', room.org.orgId)
      .execute();
    expect(used).toMatchObject([
      { kind: 'chat', quantity: 36, unit: 'tokens', subject_id: message.id, adapter: 'openai-compatible:loopback' },
    ]);
  });
});

describe('without a model', () => {
  test('sentences of the archive answer, cited like any other, and it says so', async () => {
    const room = await roomWithTalk();

    const { message } = await ask(room, 'How deep do blue whales sing?');

    expect(message).toMatchObject({ state: 'done', isOffline: true, isFound: true, inputTokens: null });
    expect(message.text).toStartWith(
      'Extracted from your archive without a language model:\n\n- Blue whales sing below twenty hertz',
    );
    expect(message.citations[0]).toMatchObject({
      itemId: room.itemId,
      speaker: 'Dr Moreau',
      startSeconds: 12,
      checked: 'quote',
    });
    expect(message.citations[0]!.passage).toContain(message.citations[0]!.quote);
  });

  test('a short follow-up is searched with the words of the question before', async () => {
    const room = await roomWithTalk();
    const first = await ask(room, 'How deep do blue whales sing?');
    const start = first.events[0];
    if (start?.type !== 'start') throw new Error('no start');

    const { message } = await ask(room, 'And the oceans?', [OFFLINE], { chatId: start.chat.id });

    expect(message.queries[0]).toContain('whales');
    expect(message.text).toContain('cross whole oceans');
  });

  test('what is not there is said not to be there, even where a word of it is', async () => {
    const room = await roomWithTalk();

    const { message } = await ask(room, 'Quarterly revenue of songs?');

    expect(message).toMatchObject({
      isFound: false,
      citations: [],
      text: 'There is nothing about this in the archive.',
    });
  });

  test('a chat over one item hears nothing of the others', async () => {
    const room = await roomWithTalk();
    const other = await room.add({
      title: 'Note',
      segments: [{ text: 'Blue whales sing in choirs, says this note about whales.' }],
    });

    const { message } = await readAll(
      askChat(
        room.ctx,
        { question: 'How do blue whales sing?', scope: { itemId: other } },
        { models: [OFFLINE], embedder: null },
      ),
    );

    expect(new Set(message.citations.map(({ itemId }) => itemId))).toEqual(new Set([other]));
    expect(message.citations[0]).toMatchObject({ startSeconds: null, paragraph: 0 });
  });
});

describe('an answer under way', () => {
  test('is stopped from elsewhere; what was written stays', async () => {
    const room = await roomWithTalk();
    using server = openaiServer();
    server.reply(plan('whales sing'), { kind: 'stall' });
    const reading = readAll(
      askChat(room.ctx, { question: 'How do whales sing?' }, { models: [loopbackModel(server)], embedder: null }),
    );
    await server.stalled;
    const [chat] = (await listChats(room.ctx, { which: 'own', limit: 10 })).chats;

    await expect(ask(room, 'Another?', [OFFLINE], { chatId: chat!.id })).rejects.toMatchObject({ code: 'conflict' });
    await stopAnswer(room.ctx, { chatId: chat!.id });

    expect((await reading).message).toMatchObject({ state: 'stopped', problem: null });
  });

  test('ends as stopped when its reader goes', async () => {
    const room = await roomWithTalk();
    const events = askChat(room.ctx, { question: 'How do blue whales sing?' }, { models: [OFFLINE], embedder: null });
    for await (const event of events) if (event.type === 'text') break;

    const [chat] = (await listChats(room.ctx, { which: 'own', limit: 10 })).chats;
    const { messages } = await getChat(room.ctx, { chatId: chat!.id });

    expect(messages.at(-1)).toMatchObject({ state: 'stopped' });
    expect(messages.at(-1)!.text).toStartWith('Extracted');
  });

  test('that died with its process is found stopped, and the chat goes on', async () => {
    const room = await roomWithTalk();
    const { message } = await ask(room, 'How do blue whales sing?');
    const [chat] = (await listChats(room.ctx, { which: 'own', limit: 10 })).chats;
    await library.kysely
      .updateTable('messages')
      .set({ state: 'streaming', alive_at: new Date(Date.now() - 60_000) })
      .where('id', '=', message.id)
      .execute();

    expect((await getChat(room.ctx, { chatId: chat!.id })).messages.at(-1)).toMatchObject({ state: 'stopped' });
    expect((await ask(room, 'And the oceans of whales?', [OFFLINE], { chatId: chat!.id })).message.state).toBe('done');
  });

  test('of a chat that is deleted meanwhile ends without a trace', async () => {
    const room = await roomWithTalk();
    using server = openaiServer();
    server.reply(plan('whales sing'), { kind: 'stall' });
    const reading = readAll(
      askChat(room.ctx, { question: 'How do whales sing?' }, { models: [loopbackModel(server)], embedder: null }),
    );
    await server.stalled;
    const [chat] = (await listChats(room.ctx, { which: 'own', limit: 10 })).chats;

    await deleteChat(room.ctx, { chatId: chat!.id });

    await expect(reading).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('history', () => {
  test('is one’s own, found by words of titles and of what was said, page by page', async () => {
    const room = await roomWithTalk();
    const other = await room.join();
    await ask(room, 'How deep do blue whales sing?');
    await ask(room, 'What made the sea louder?');
    await readAll(askChat(other, { question: 'Whose songs?' }, { models: [OFFLINE], embedder: null }));

    const page = await listChats(room.ctx, { which: 'own', limit: 1 });
    const rest = await listChats(room.ctx, { which: 'own', limit: 1, cursor: page.nextCursor! });
    const found = await listChats(room.ctx, { which: 'own', limit: 10, q: 'decibels SEA' });

    expect([...page.chats, ...rest.chats].map(({ title }) => title)).toEqual([
      'What made the sea louder?',
      'How deep do blue whales sing?',
    ]);
    expect(rest.nextCursor).toBeNull();
    expect(found.chats.map(({ title }) => title)).toEqual(['What made the sea louder?']);
  });

  test('a shared chat is read by the organisation and changed by its owner alone', async () => {
    const room = await roomWithTalk();
    const viewer = await room.join('viewer');
    const stranger = (await openChatRoom(library)).ctx;
    await ask(room, 'How deep do blue whales sing?');
    const chatId = (await listChats(room.ctx, { which: 'own', limit: 10 })).chats[0]!.id;
    await expect(getChat(viewer, { chatId })).rejects.toMatchObject({ code: 'not-found' });

    await shareChat(room.ctx, { chatId });

    const seen = await getChat(viewer, { chatId });
    expect(seen).toMatchObject({ isOwn: false, ownerName: 'member@example.com', shared: true });
    expect(seen.messages[1]!.citations.length).toBeGreaterThan(0);
    expect((await listChats(viewer, { which: 'shared', limit: 10 })).chats).toHaveLength(1);
    await expect(getChat(stranger, { chatId })).rejects.toMatchObject({ code: 'not-found' });
    const member = await room.join();
    await expect(renameChat(member, { chatId, title: 'Mine now' })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(deleteChat(member, { chatId })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(ask({ ...room, ctx: member }, 'More?', [OFFLINE], { chatId })).rejects.toMatchObject({
      code: 'forbidden',
    });
    await expect(ask({ ...room, ctx: viewer }, 'May I?')).rejects.toMatchObject({ code: 'forbidden' });

    await unshareChat(room.ctx, { chatId });
    await expect(getChat(viewer, { chatId })).rejects.toMatchObject({ code: 'not-found' });
  });

  test('a title that was given stays, and an item that is deleted leaves its citation without a link', async () => {
    const room = await roomWithTalk();
    await ask(room, 'How deep do blue whales sing?');
    const chatId = (await listChats(room.ctx, { which: 'own', limit: 10 })).chats[0]!.id;
    await renameChat(room.ctx, { chatId, title: 'Whales' });

    await library.kysely.deleteFrom('items').where('id', '=', room.itemId).execute();

    const chat = await getChat(room.ctx, { chatId });
    expect(chat.title).toBe('Whales');
    expect(chat.messages[1]!.citations[0]).toMatchObject({ itemId: null, title: TALK.title });
  });
});
