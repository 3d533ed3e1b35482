import { createRoute } from '@hono/zod-openapi';
import {
  addTerms,
  changeSpeechSettings,
  getSpeechSettings,
  listTerms,
  listTranscriptRuns,
  NewTerms,
  removeTerm,
  SpeechSettings,
  SpeechSettingsChange,
  Term,
  TranscriptRun,
} from '@nexus/shared/archive';
import { z } from 'zod';
import { body, IdParam, json, nothing, routes } from '../platform/routes.ts';

const tags = ['archive'];
const Terms = z.object({ terms: z.array(Term) });

const vocabulary = createRoute({
  method: 'get',
  path: '/vocabulary',
  tags,
  summary: 'Names and words that transcribers should know',
  responses: { 200: json(Terms, 'In the order of the alphabet') },
});
const add = createRoute({
  method: 'post',
  path: '/vocabulary',
  tags,
  summary: 'Add names and words that transcribers should know',
  request: { body: body(NewTerms) },
  responses: { 200: json(Terms, 'The whole vocabulary') },
});
const remove = createRoute({
  method: 'delete',
  path: '/vocabulary/{id}',
  tags,
  summary: 'Take a word out of the vocabulary',
  request: { params: IdParam },
  responses: { 204: nothing },
});
const settings = createRoute({
  method: 'get',
  path: '/speech-settings',
  tags,
  summary: 'How the organisation wants its recordings heard',
  responses: { 200: json(SpeechSettings, 'As they are') },
});
const change = createRoute({
  method: 'patch',
  path: '/speech-settings',
  tags,
  summary: 'Decide whether voices are recognised',
  description: 'Voice prints are personal data: turn this on only when those who speak agree.',
  request: { body: body(SpeechSettingsChange) },
  responses: { 200: json(SpeechSettings, 'As they are now') },
});
const runs = createRoute({
  method: 'get',
  path: '/media/{id}/transcript-runs',
  tags,
  summary: 'What was used to transcribe an item, how long it took and what it cost',
  request: { params: IdParam },
  responses: { 200: json(z.object({ runs: z.array(TranscriptRun) }), 'The latest first, at most 100') },
});

export const transcription = routes()
  .openapi(vocabulary, async (c) => c.json({ terms: await listTerms(c.var.ctx) }, 200))
  .openapi(add, async (c) => c.json({ terms: await addTerms(c.var.ctx, c.req.valid('json')) }, 200))
  .openapi(remove, async (c) => {
    await removeTerm(c.var.ctx, { termId: c.req.valid('param').id });
    return c.body(null, 204);
  })
  .openapi(settings, async (c) => c.json(await getSpeechSettings(c.var.ctx), 200))
  .openapi(change, async (c) => c.json(await changeSpeechSettings(c.var.ctx, c.req.valid('json')), 200))
  .openapi(runs, async (c) =>
    c.json({ runs: await listTranscriptRuns(c.var.ctx, { itemId: c.req.valid('param').id }) }, 200),
  );
