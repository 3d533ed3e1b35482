import { expect, test } from 'bun:test';
import { catalogueEntry } from '../../src/assistant/adapter.ts';
import { EMBEDDERS, openEmbedder } from '../../src/assistant/embedders/index.ts';
import { MODELS, openModel } from '../../src/assistant/models/index.ts';
import { embedderContract } from '../contract/embedder.ts';
import { modelContract } from '../contract/model.ts';
import { anthropicServer } from '../loopback/anthropic.ts';
import { geminiServer } from '../loopback/gemini.ts';
import type { ModelServer } from '../loopback/model-server.ts';
import { openaiServer } from '../loopback/openai.ts';

/** Where each service's API begins below its origin. */
const path: Record<string, string> = { gemini: '', 'openai-compatible': '/v1', anthropic: '' };

function open(adapterId: string) {
  return (server: ModelServer, { key, timeoutSeconds }: { key: string; timeoutSeconds: number }) =>
    openModel(adapterId, {
      settings: { baseUrl: server.url + path[adapterId], model: 'loopback', timeoutSeconds },
      credentials: { apiKey: key },
    })!;
}

function openForEmbedding(adapterId: string) {
  return (server: ModelServer, options: { model: string; timeoutSeconds: number }) =>
    openEmbedder(adapterId, {
      settings: { baseUrl: server.url + path[adapterId], ...options },
      credentials: { apiKey: 'secret-key' },
    });
}

modelContract({
  name: 'gemini',
  server: geminiServer,
  open: open('gemini'),
  keyRefusals: [400, 401, 403],
  retryAfterDates: false,
});
modelContract({
  name: 'openai-compatible',
  server: openaiServer,
  open: open('openai-compatible'),
  keyRefusals: [401, 403],
  retryAfterDates: true,
});
modelContract({
  name: 'anthropic',
  server: anthropicServer,
  open: open('anthropic'),
  keyRefusals: [401, 403],
  retryAfterDates: true,
});

embedderContract({ name: 'gemini', server: geminiServer, open: openForEmbedding('gemini') });
embedderContract({ name: 'openai-compatible', server: openaiServer, open: openForEmbedding('openai-compatible') });

test('a server on the own machine needs no key', async () => {
  using server = openaiServer();
  server.reply({ kind: 'text', text: 'Hello.' });
  const model = openModel('openai-compatible', {
    settings: { baseUrl: `${server.url}/v1`, model: 'llama' },
    credentials: {},
  })!;

  expect(await model.generate({ messages: [{ role: 'user', text: 'Hi' }] })).toMatchObject({ text: 'Hello.' });
});

test('a query and a passage of the same words may lie in different places', async () => {
  using server = openaiServer();
  const settings = {
    baseUrl: `${server.url}/v1`,
    model: 'nomic',
    queryPrefix: 'search_query: ',
    documentPrefix: 'search_document: ',
  };
  const embedder = openEmbedder('openai-compatible', { settings, credentials: {} });

  const query = await embedder.embed(['loopback'], { kind: 'query' });
  const document = await embedder.embed(['loopback'], { kind: 'document' });

  expect(query.vectors).not.toEqual(document.vectors);
  expect(query.usage).toEqual({ inputTokens: 1, outputTokens: 0 });
});

test('every adapter has its own id and a form for its settings and credentials', () => {
  const entries = [
    ...MODELS.map((adapter) => catalogueEntry('model', adapter)),
    ...EMBEDDERS.map((adapter) => catalogueEntry('embedder', adapter)),
  ];

  expect(new Set(entries.map(({ kind, id }) => `${kind} ${id}`)).size).toBe(entries.length);
  expect(entries.every(({ settingsSchema }) => 'type' in settingsSchema && settingsSchema.type === 'object')).toBe(
    true,
  );
  expect(
    catalogueEntry(
      'model',
      MODELS.find(({ id }) => id === 'gemini')!,
    ),
  ).toMatchObject({
    credentialsSchema: { required: ['apiKey'] },
    settingsSchema: { properties: { model: { default: 'gemini-flash-latest' } } },
  });
});

test('missing settings are named', () => {
  expect(() => openModel('gemini', { settings: { timeoutSeconds: -1 }, credentials: {} })).toThrow(
    /timeoutSeconds, apiKey/,
  );
  expect(() => openModel('gpt', { settings: {}, credentials: {} })).toThrow(/no model adapter called gpt/);
});

test('the offline model answers no prompts', () => {
  expect(openModel('offline', { settings: {}, credentials: {} })).toBeNull();
});
