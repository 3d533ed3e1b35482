import { createRoute } from '@hono/zod-openapi';
import {
  decideDuplicate,
  DuplicateFilter,
  DuplicatePair,
  Item,
  keepDuplicate,
  listDuplicatePairs,
  NewVerdict,
  undoVerdict,
} from '@nexus/shared/archive';
import { PageQuery } from '@nexus/shared/platform';
import { z } from 'zod';
import { body, IdParam, json, routes } from '../platform/routes.ts';

const tags = ['archive'];

const list = createRoute({
  method: 'get',
  path: '/media/duplicates',
  tags,
  summary: 'Items that sound alike: open questions, or the answers given',
  description:
    'What is surely the same recording is not asked: that item has the status `duplicate` and names its original.',
  request: { query: PageQuery.extend(DuplicateFilter.shape) },
  responses: {
    200: json(
      z.object({ pairs: z.array(DuplicatePair), nextCursor: z.string().nullable(), openCount: z.number().int() }),
      'A page, newest first',
    ),
  },
});
const decide = createRoute({
  method: 'post',
  path: '/media/duplicates/{id}/verdict',
  tags,
  summary: 'Answer whether two items are the same',
  request: { params: IdParam, body: body(NewVerdict) },
  responses: { 200: json(DuplicatePair, 'Kept for good, until it is undone') },
});
const undo = createRoute({
  method: 'delete',
  path: '/media/duplicates/{id}/verdict',
  tags,
  summary: 'Take an answer back: the question is open again',
  request: { params: IdParam },
  responses: { 200: json(DuplicatePair, 'As it is now') },
});
const keep = createRoute({
  method: 'post',
  path: '/media/{id}/not-a-duplicate',
  tags,
  summary: 'Say that an item is no duplicate; the work on it goes on',
  request: { params: IdParam },
  responses: { 200: json(Item, 'Queued again where it stopped') },
});

export const duplicates = routes()
  .openapi(list, async (c) => c.json(await listDuplicatePairs(c.var.ctx, c.req.valid('query')), 200))
  .openapi(decide, async (c) =>
    c.json(await decideDuplicate(c.var.ctx, { pairId: c.req.valid('param').id, ...c.req.valid('json') }), 200),
  )
  .openapi(undo, async (c) => c.json(await undoVerdict(c.var.ctx, { pairId: c.req.valid('param').id }), 200))
  .openapi(keep, async (c) => c.json(await keepDuplicate(c.var.ctx, { itemId: c.req.valid('param').id }), 200));
