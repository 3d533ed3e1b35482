import { createRoute } from '@hono/zod-openapi';
import {
  AddedItem,
  attachTranscript,
  cancelItem,
  changeItem,
  createItem,
  createUpload,
  deleteItem,
  dropUpload,
  ExportFormat,
  exportTranscript,
  getItem,
  Item,
  ItemChange,
  ItemFilter,
  ItemOrder,
  ItemPage,
  listItems,
  listSegments,
  NewItem,
  NewTranscript,
  NewUpload,
  PlacedSegment,
  Retry,
  retryItem,
  Upload,
} from '@nexus/shared/archive';
import { PageQuery } from '@nexus/shared/platform';
import { z } from 'zod';
import { body, IdParam, json, nothing, routes } from '../platform/routes.ts';

const tags = ['archive'];

const SegmentQuery = PageQuery.extend({
  limit: z.coerce.number().int().min(1).max(2000).default(500),
  version: z
    .union([z.literal('machine'), z.coerce.number().int().min(1).max(999_999_999)])
    .optional()
    .describe('Words as the machine gave them: of the newest version, or of the one with this number'),
});

const upload = createRoute({
  method: 'post',
  path: '/media/uploads',
  tags,
  summary: 'A place and a token for one file',
  description:
    'Then send the bytes with TUS to the Supabase URL followed by `resumableUrl`, with the header `x-signature: <token>`, the metadata bucketName, objectName and contentType, in chunks of 6 MB.',
  request: { body: body(NewUpload) },
  responses: { 201: json(Upload, 'Where to send the file') },
});
const dropping = createRoute({
  method: 'delete',
  path: '/media/uploads',
  tags,
  summary: 'Give up an upload: the room it holds is free at once',
  request: { body: body(z.strictObject({ path: z.string().min(1).max(1024) })) },
  responses: { 204: nothing },
});
const create = createRoute({
  method: 'post',
  path: '/media/process',
  tags,
  summary: 'Add a recording or a document: an uploaded file, a link, or text',
  description:
    'A link is a page with a recording (what yt-dlp knows), an article, or a file. The same link twice is the same item: then the answer is 200 with `alreadyHere`.',
  request: { body: body(NewItem) },
  responses: {
    202: json(AddedItem, 'Queued; follow it at Location'),
    200: json(AddedItem, 'The link is in the archive already, at Location'),
  },
});
const list = createRoute({
  method: 'get',
  path: '/media',
  tags,
  summary: 'The library, newest first or in another order',
  description: 'Each filter but the dates, the durations and the collection may be given several times.',
  request: { query: PageQuery.extend(ItemFilter.shape).extend({ sort: ItemOrder.optional() }) },
  responses: { 200: json(ItemPage, 'A page') },
});
const read = createRoute({
  method: 'get',
  path: '/media/{id}',
  tags,
  summary: 'An item with its steps and how to play it',
  request: { params: IdParam },
  responses: { 200: json(Item, 'The item') },
});
const change = createRoute({
  method: 'patch',
  path: '/media/{id}',
  tags,
  summary: 'Change title or tags',
  request: { params: IdParam, body: body(ItemChange) },
  responses: { 200: json(Item, 'As it is now') },
});
const remove = createRoute({
  method: 'delete',
  path: '/media/{id}',
  tags,
  summary: 'Delete an item with everything that belongs to it',
  request: { params: IdParam },
  responses: { 204: nothing },
});
const segments = createRoute({
  method: 'get',
  path: '/media/{id}/segments',
  tags,
  summary: 'The words of an item in order',
  request: { params: IdParam, query: SegmentQuery },
  responses: {
    200: json(
      z.object({
        segments: z.array(PlacedSegment),
        nextCursor: z.string().nullable(),
      }),
      'A page',
    ),
  },
});
const cancel = createRoute({
  method: 'post',
  path: '/media/{id}/cancel',
  tags,
  summary: 'Stop working on an item',
  request: { params: IdParam },
  responses: { 200: json(Item, 'As it is now') },
});
const retry = createRoute({
  method: 'post',
  path: '/media/{id}/retry',
  tags,
  summary: 'Work on an item again, from a step or from the one that failed',
  request: { params: IdParam, body: body(Retry) },
  responses: { 200: json(Item, 'Queued again') },
});
const transcript = createRoute({
  method: 'post',
  path: '/media/{id}/transcript',
  tags,
  summary: 'Give a recording its words from subtitles (SRT or VTT)',
  request: { params: IdParam, body: body(NewTranscript) },
  responses: { 200: json(Item, 'Queued again') },
});

const exporting = createRoute({
  method: 'get',
  path: '/media/{id}/export',
  tags,
  summary: 'The words of an item as a file: SRT, VTT, text, Markdown, Word or JSON',
  request: { params: IdParam, query: z.object({ format: ExportFormat }) },
  responses: { 200: { description: 'The file', content: { 'application/octet-stream': { schema: z.string() } } } },
});

export const media = routes()
  .openapi(upload, async (c) => c.json(await createUpload(c.var.ctx, c.req.valid('json')), 201))
  .openapi(dropping, async (c) => {
    await dropUpload(c.var.ctx, c.req.valid('json'));
    return c.body(null, 204);
  })
  .openapi(create, async (c) => {
    const item = await createItem(c.var.ctx, c.req.valid('json'));
    return c.json(item, item.alreadyHere ? 200 : 202, { location: `/api/media/${item.id}` });
  })
  .openapi(list, async (c) => c.json(await listItems(c.var.ctx, c.req.valid('query')), 200))
  .openapi(read, async (c) => c.json(await getItem(c.var.ctx, { itemId: c.req.valid('param').id }), 200))
  .openapi(change, async (c) => {
    const item = await changeItem(c.var.ctx, { itemId: c.req.valid('param').id, change: c.req.valid('json') });
    return c.json(item, 200);
  })
  .openapi(remove, async (c) => {
    await deleteItem(c.var.ctx, { itemId: c.req.valid('param').id });
    return c.body(null, 204);
  })
  .openapi(segments, async (c) =>
    c.json(await listSegments(c.var.ctx, { itemId: c.req.valid('param').id, ...c.req.valid('query') }), 200),
  )
  .openapi(exporting, async (c) => {
    const { format } = c.req.valid('query');
    const file = await exportTranscript(c.var.ctx, { itemId: c.req.valid('param').id, format });
    return c.body(file.content, 200, {
      'content-type': file.contentType,
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.fileName)}`,
    });
  })
  .openapi(cancel, async (c) => c.json(await cancelItem(c.var.ctx, { itemId: c.req.valid('param').id }), 200))
  .openapi(retry, async (c) => {
    const item = await retryItem(c.var.ctx, { itemId: c.req.valid('param').id, ...c.req.valid('json') });
    return c.json(item, 200);
  })
  .openapi(transcript, async (c) => {
    const item = await attachTranscript(c.var.ctx, {
      itemId: c.req.valid('param').id,
      transcript: c.req.valid('json'),
    });
    return c.json(item, 200);
  });
