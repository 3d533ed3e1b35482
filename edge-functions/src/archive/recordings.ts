import { createRoute } from '@hono/zod-openapi';
import {
  appendRecordingChunk,
  changeRecording,
  createRecording,
  discardRecording,
  finishRecording,
  getRecording,
  listRecordings,
  MOST_CHUNK_BYTES,
  NewRecording,
  Recording,
  RecordingChange,
  RecordingEnd,
} from '@nexus/shared/archive';
import { z } from 'zod';
import type { ApiPorts } from '../platform/ports.ts';
import { body, IdParam, json, nothing, numberInPath, routes } from '../platform/routes.ts';

const tags = ['archive'];

const create = createRoute({
  method: 'post',
  path: '/media/recordings',
  tags,
  summary: 'Open a recording, whose chunks follow while it is recorded',
  request: { body: body(NewRecording) },
  responses: { 201: json(Recording, 'Open; send its chunks to Location/chunks/{sequence}') },
});
const list = createRoute({
  method: 'get',
  path: '/media/recordings',
  tags,
  summary: 'My recordings that are no item yet',
  responses: { 200: json(z.object({ recordings: z.array(Recording) }), 'The newest first') },
});
const read = createRoute({
  method: 'get',
  path: '/media/recordings/{id}',
  tags,
  summary: 'What is stored of a recording, and the item it became',
  request: { params: IdParam },
  responses: { 200: json(Recording, 'The recording') },
});
const change = createRoute({
  method: 'patch',
  path: '/media/recordings/{id}',
  tags,
  summary: 'Title a recording, or say that it is only paused',
  description:
    'A recording of which nothing is heard for two minutes is finished as it is. While it is paused, send `{}` now and then.',
  request: { params: IdParam, body: body(RecordingChange) },
  responses: { 200: json(Recording, 'As it is now') },
});
const append = createRoute({
  method: 'put',
  path: '/media/recordings/{id}/chunks/{sequence}',
  tags,
  summary: 'Send the next piece of a recording',
  description: `The bytes as MediaRecorder gives them, at most ${MOST_CHUNK_BYTES}. Numbered from 0 without gaps: the answer to a gap is 409 and names the number that is expected. What is answered with 200 is on disk; sending it again changes nothing.`,
  request: {
    params: IdParam.extend({ sequence: numberInPath(999_999) }),
    query: z.object({
      endSeconds: z.coerce
        .number()
        .min(0)
        .max(1e6)
        .optional()
        .describe('Where its sound ends, from the start of the recording, pauses left out'),
    }),
    body: {
      content: { 'application/octet-stream': { schema: z.string().meta({ format: 'binary' }) } },
      required: true,
    },
  },
  responses: { 200: json(Recording, 'Stored') },
});
const finish = createRoute({
  method: 'post',
  path: '/media/recordings/{id}/finish',
  tags,
  summary: 'All chunks are sent: make an item of them',
  request: { params: IdParam, body: body(RecordingEnd) },
  responses: { 202: json(Recording, 'Being made an item; `itemId` says which as soon as it is there') },
});
const discard = createRoute({
  method: 'delete',
  path: '/media/recordings/{id}',
  tags,
  summary: 'Drop a recording that is no item yet',
  request: { params: IdParam },
  responses: { 204: nothing },
});

export const recordings = ({ configuration: { recording } }: ApiPorts) =>
  routes()
    .openapi(create, async (c) => {
      const made = await createRecording(c.var.ctx, { ...c.req.valid('json'), maxSeconds: recording.maxSeconds });
      return c.json(made, 201, { location: `/api/media/recordings/${made.id}` });
    })
    .openapi(list, async (c) => c.json({ recordings: await listRecordings(c.var.ctx) }, 200))
    .openapi(read, async (c) => c.json(await getRecording(c.var.ctx, { recordingId: c.req.valid('param').id }), 200))
    .openapi(change, async (c) => {
      const input = { recordingId: c.req.valid('param').id, change: c.req.valid('json') };
      return c.json(await changeRecording(c.var.ctx, input), 200);
    })
    .openapi(append, async (c) => {
      const { id: recordingId, sequence } = c.req.valid('param');
      const bytes = new Uint8Array(await c.req.arrayBuffer());
      const chunk = { recordingId, sequence, bytes, ...c.req.valid('query') };
      return c.json(await appendRecordingChunk(c.var.ctx, chunk), 200);
    })
    .openapi(finish, async (c) => {
      const input = { recordingId: c.req.valid('param').id, end: c.req.valid('json') };
      return c.json(await finishRecording(c.var.ctx, input), 202);
    })
    .openapi(discard, async (c) => {
      await discardRecording(c.var.ctx, { recordingId: c.req.valid('param').id });
      return c.body(null, 204);
    });
