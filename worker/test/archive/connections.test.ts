import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test';
import { createItem, getItem, type Item, resumeWaiting, retryItem } from '@nexus/shared/archive';
import { openEmbedder, searchPassages } from '@nexus/shared/assistant';
import { changeCredential, createCredential, deleteCredential, type NewCredential } from '@nexus/shared/platform';
import { openaiServer } from '../../../shared/test/loopback/openai.ts';
import { openaiAudioLoopback } from '../loopback/openai-audio.ts';
import { makeSpokenRecording } from '../recordings/make-spoken-recording.ts';
import { testWorker } from '../running/test-worker.ts';

let nexus: Awaited<ReturnType<typeof testWorker>>;
let talk: Awaited<ReturnType<typeof makeSpokenRecording>>;

beforeAll(async () => {
  nexus = await testWorker();
  talk = await makeSpokenRecording(
    ['The harbour was quiet in the morning.', 'Every lighthouse keeper writes a diary.'],
    nexus.home,
  );
}, 60_000);
afterEach(() => nexus.forgetItems());
afterAll(() => nexus.stop());

/** As the API connects something: items that waited go on in the same transaction. */
const connect = (credential: NewCredential) =>
  createCredential(nexus.ctx, credential, (tx) => resumeWaiting(nexus.ctx, tx, nexus.ctx.orgId));

const model = (url: string, secret = {}): NewCredential => ({
  kind: 'model',
  adapter: 'openai-compatible',
  label: 'House model',
  settings: { baseUrl: `${url}/v1`, model: 'small' },
  secret: { apiKey: 'sk-test', ...secret },
});

const described = (title: string) => ({
  kind: 'text' as const,
  text: JSON.stringify({ title, summary: 'About keepers and what they write.', tags: ['lighthouse'], language: 'en' }),
  inputTokens: 120,
  outputTokens: 30,
});

async function addText(text: string): Promise<Item> {
  const { id } = await createItem(nexus.ctx, { source: 'text', text });
  return nexus.rested(id);
}

async function usageOf(itemId: string) {
  const { rows } = await nexus.database.query(
    'select kind, adapter, quantity::float8 as quantity, unit from usage_events where subject_id = $1 order by created_at',
    [itemId],
  );
  return rows;
}

test('a recording that waits goes on by itself once there is a transcriber, and is found by what was said', async () => {
  await using server = openaiAudioLoopback(talk.cues);
  const path = await nexus.upload('talk.wav', await Bun.file(talk.wavPath).bytes());
  const { id } = await createItem(nexus.ctx, { source: 'file', path, name: 'talk.wav' });
  const waiting = await nexus.rested(id);

  const credential = await connect({
    kind: 'transcriber',
    adapter: 'openai-compatible',
    label: 'House ears',
    settings: { baseUrl: server.baseUrl },
    secret: { apiKey: server.apiKey },
  });
  const ready = await nexus.rested(id);
  await deleteCredential(nexus.ctx, { id: credential.id });

  expect(waiting.status).toBe('waiting');
  expect([ready.status, ready.problem]).toEqual(['ready', null]);
  expect(ready.transcript).toMatchObject({ origin: 'transcriber', adapter: 'openai-compatible', model: 'whisper-1' });
  const { passages } = await searchPassages(nexus.ctx, { query: 'lighthouse diary' });
  expect(passages[0]).toMatchObject({ itemId: id, startSeconds: expect.closeTo(talk.cues[1]!.startSeconds, 0) });
  expect(await usageOf(id)).toEqual([
    { kind: 'transcribe', adapter: 'openai-compatible', quantity: expect.any(Number), unit: 'seconds' },
  ]);
});

test('a transcriber that refuses its key fails the item in words, and a better key lets it go on', async () => {
  await using server = openaiAudioLoopback(talk.cues);
  const connection = {
    kind: 'transcriber' as const,
    adapter: 'openai-compatible',
    label: 'House ears',
    settings: { baseUrl: server.baseUrl },
    secret: { apiKey: 'sk-wrong' },
  };
  const credential = await connect(connection);
  const path = await nexus.upload('talk.wav', await Bun.file(talk.wavPath).bytes());
  const { id } = await createItem(nexus.ctx, { source: 'file', path, name: 'talk.wav' });
  const failed = await nexus.rested(id);

  await changeCredential(nexus.ctx, { id: credential.id, secret: { apiKey: server.apiKey } });
  await retryItem(nexus.ctx, { itemId: id });
  const ready = await nexus.rested(id);
  await deleteCredential(nexus.ctx, { id: credential.id });

  expect(failed.problem).toMatchObject({ code: 'upstream-refused', step: 'transcribe' });
  expect(failed.problem?.detail).toContain('key');
  expect(ready.status).toBe('ready');
});

test('a model that asks to wait is asked again when it said, and its words are used', async () => {
  using server = openaiServer();
  const credential = await connect(model(server.url));
  server.reply({ kind: 'refuse', status: 429, retryAfterSeconds: 1 }, described('A Keeper’s Diary'));

  const { id } = await createItem(nexus.ctx, { source: 'text', text: 'Every lighthouse keeper writes a diary.' });
  const limited = await untilProblem(id);
  const ready = await nexus.rested(id);
  await deleteCredential(nexus.ctx, { id: credential.id });

  expect(limited.problem).toMatchObject({ code: 'upstream-limited', step: 'enrich' });
  expect([ready.status, ready.problem]).toEqual(['ready', null]);
  expect(ready).toMatchObject({
    title: 'A Keeper’s Diary',
    tags: ['lighthouse'],
    enrichedBy: expect.stringContaining('small'),
  });
  expect(ready.steps.find(({ name }) => name === 'enrich')?.attempt).toBe(2);
  expect(await usageOf(id)).toEqual([{ kind: 'enrich', adapter: ready.enrichedBy, quantity: 150, unit: 'tokens' }]);
});

test('a model that refuses its key costs a warning, not the item, and the warning goes when it works', async () => {
  using server = openaiServer();
  const credential = await connect(model(server.url));
  server.reply({ kind: 'refuse', status: 401 });

  const item = await addText('Bees keep their hives warm in the winter.');
  server.reply(described('Winter Hives'));
  await retryItem(nexus.ctx, { itemId: item.id, fromStep: 'enrich' });
  const again = await nexus.rested(item.id);
  await deleteCredential(nexus.ctx, { id: credential.id });

  expect([item.status, item.enrichedBy]).toEqual(['ready', 'offline']);
  expect(item.warnings).toEqual([expect.stringContaining('House model was not used')]);
  expect([again.title, again.warnings]).toEqual(['Winter Hives', []]);
});

test('with an embedder the chunks get vectors, and search uses words and meaning', async () => {
  using server = openaiServer();
  const credential = await connect({
    kind: 'embedder',
    adapter: 'openai-compatible',
    label: 'House vectors',
    settings: { baseUrl: `${server.url}/v1`, model: 'text-embedding-3-small' },
    secret: { apiKey: 'sk-test' },
  });

  const item = await addText('The glacier moves a metre each day.');

  expect([item.status, item.warnings]).toEqual(['ready', []]);
  const { rows } = await nexus.database.query(
    'select count(*)::int as count from chunk_embeddings e join chunks c on c.id = e.chunk_id where c.item_id = $1',
    [item.id],
  );
  expect(rows).toEqual([{ count: 1 }]);
  expect(await usageOf(item.id)).toEqual([expect.objectContaining({ kind: 'embed', unit: 'tokens' })]);
  const embedder = openEmbedder('openai-compatible', {
    settings: { baseUrl: `${server.url}/v1`, model: 'text-embedding-3-small' },
    credentials: { apiKey: 'sk-test' },
  });
  const found = await searchPassages(nexus.ctx, { query: 'ice on the move' }, { embedder });
  expect(found).toMatchObject({ mode: 'words+vectors', warning: null });
  expect(found.passages.map(({ itemId }) => itemId)).toContain(item.id);
  await deleteCredential(nexus.ctx, { id: credential.id });
});

async function untilProblem(itemId: string): Promise<Item> {
  for (;;) {
    const item = await getItem(nexus.ctx, { itemId });
    if (item.problem) return item;
    await Bun.sleep(10);
  }
}
