import { createRoute } from '@hono/zod-openapi';
import {
  changeSavedSearch,
  countNewResults,
  createSavedSearch,
  deleteSavedSearch,
  listSavedSearches,
  NewResults,
  NewSavedSearch,
  SavedSearch,
  SavedSearchChange,
  SimilarItems,
  similarItems,
} from '@nexus/shared/assistant';
import { z } from 'zod';
import { body, IdParam, json, nothing, routes } from '../platform/routes.ts';

const tags = ['assistant'];

const list = createRoute({
  method: 'get',
  path: '/searches',
  tags,
  summary: 'My saved searches, by name',
  responses: { 200: json(z.object({ searches: z.array(SavedSearch) }), 'All of them') },
});
const create = createRoute({
  method: 'post',
  path: '/searches',
  tags,
  summary: 'Keep a question with its filters for myself',
  request: { body: body(NewSavedSearch) },
  responses: { 201: json(SavedSearch, 'The saved search') },
});
const change = createRoute({
  method: 'patch',
  path: '/searches/{id}',
  tags,
  summary: 'Rename a saved search, or note that I opened it',
  request: { params: IdParam, body: body(SavedSearchChange) },
  responses: { 200: json(SavedSearch, 'As it is now') },
});
const remove = createRoute({
  method: 'delete',
  path: '/searches/{id}',
  tags,
  summary: 'Delete a saved search',
  request: { params: IdParam },
  responses: { 204: nothing },
});
const news = createRoute({
  method: 'get',
  path: '/searches/{id}/news',
  tags,
  summary: 'How many of its best passages came since I opened it',
  request: { params: IdParam },
  responses: { 200: json(NewResults, 'At most 100') },
});
const similar = createRoute({
  method: 'get',
  path: '/media/{id}/similar',
  tags,
  summary: 'Items like this one, by meaning where its vectors are there, else by its most telling words',
  request: { params: IdParam },
  responses: { 200: json(SimilarItems, 'The most alike first') },
});

export const savedSearches = routes()
  .openapi(list, async (c) => c.json(await listSavedSearches(c.var.ctx), 200))
  .openapi(create, async (c) => {
    const search = await createSavedSearch(c.var.ctx, c.req.valid('json'));
    return c.json(search, 201, { location: `/api/searches/${search.id}` });
  })
  .openapi(change, async (c) => {
    const searchId = c.req.valid('param').id;
    return c.json(await changeSavedSearch(c.var.ctx, { searchId, change: c.req.valid('json') }), 200);
  })
  .openapi(remove, async (c) => {
    await deleteSavedSearch(c.var.ctx, { searchId: c.req.valid('param').id });
    return c.body(null, 204);
  })
  .openapi(news, async (c) => c.json(await countNewResults(c.var.ctx, { searchId: c.req.valid('param').id }), 200))
  .openapi(similar, async (c) => c.json(await similarItems(c.var.ctx, { itemId: c.req.valid('param').id }), 200));
