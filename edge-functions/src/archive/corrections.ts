import { createRoute } from '@hono/zod-openapi';
import {
  Correction,
  CorrectionOutcome,
  CorrectionState,
  correctSegment,
  listCorrections,
  listTranscripts,
  removeCorrection,
  restoreCorrection,
  SegmentCorrection,
  TranscriptVersion,
} from '@nexus/shared/archive';
import { PageQuery } from '@nexus/shared/platform';
import { z } from 'zod';
import { body, IdParam, json, numberInPath, routes } from '../platform/routes.ts';

const tags = ['archive'];

const SegmentParam = IdParam.extend({ position: numberInPath(999_999_999) });
const CorrectionParam = IdParam.extend({ correctionId: z.uuid() });

const correct = createRoute({
  method: 'put',
  path: '/media/{id}/segments/{position}/correction',
  tags,
  summary: 'Correct the words or the speaker of a segment',
  description:
    'The machine’s version stays; `GET /media/{id}/segments?version=machine` gives it. `basedOn` is the `correctionId` of the segment that was looked at: when it has another one since, the answer is 409 and nothing is overwritten.',
  request: { params: SegmentParam, body: body(SegmentCorrection) },
  responses: { 200: json(CorrectionOutcome, 'The correction, and the segment as it is now') },
});
const remove = createRoute({
  method: 'delete',
  path: '/media/{id}/corrections/{correctionId}',
  tags,
  summary: 'Take a correction back',
  description: 'What lay under it shows again. It stays in the list of corrections and can be put back.',
  request: { params: CorrectionParam },
  responses: { 200: json(CorrectionOutcome, 'The correction, and the segment as it is now') },
});
const restore = createRoute({
  method: 'post',
  path: '/media/{id}/corrections/{correctionId}/restore',
  tags,
  summary: 'Put a correction back that was taken back',
  request: { params: CorrectionParam },
  responses: { 200: json(CorrectionOutcome, 'The correction, and the segment as it is now') },
});
const list = createRoute({
  method: 'get',
  path: '/media/{id}/corrections',
  tags,
  summary: 'Who corrected what, the latest first',
  description: '`unfitted` are those made on an earlier transcript whose words the newest one does not have.',
  request: { params: IdParam, query: PageQuery.extend({ state: CorrectionState.optional() }) },
  responses: {
    200: json(z.object({ corrections: z.array(Correction), nextCursor: z.string().nullable() }), 'A page'),
  },
});
const transcripts = createRoute({
  method: 'get',
  path: '/media/{id}/transcripts',
  tags,
  summary: 'Versions of an item’s words, the newest first',
  description: 'Each stays as it was made. `GET /media/{id}/segments?version=N` gives the words of one.',
  request: { params: IdParam },
  responses: { 200: json(z.object({ transcripts: z.array(TranscriptVersion) }), 'All of them') },
});

export const corrections = routes()
  .openapi(correct, async (c) => {
    const { id, position } = c.req.valid('param');
    return c.json(await correctSegment(c.var.ctx, { itemId: id, position, correction: c.req.valid('json') }), 200);
  })
  .openapi(remove, async (c) => {
    const { id, correctionId } = c.req.valid('param');
    return c.json(await removeCorrection(c.var.ctx, { itemId: id, correctionId }), 200);
  })
  .openapi(restore, async (c) => {
    const { id, correctionId } = c.req.valid('param');
    return c.json(await restoreCorrection(c.var.ctx, { itemId: id, correctionId }), 200);
  })
  .openapi(list, async (c) =>
    c.json(await listCorrections(c.var.ctx, { itemId: c.req.valid('param').id, ...c.req.valid('query') }), 200),
  )
  .openapi(transcripts, async (c) =>
    c.json({ transcripts: await listTranscripts(c.var.ctx, { itemId: c.req.valid('param').id }) }, 200),
  );
