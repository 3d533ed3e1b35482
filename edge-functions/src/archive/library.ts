import { createRoute } from '@hono/zod-openapi';
import {
  BulkChange,
  BulkReport,
  changeCollection,
  changeItems,
  Collection,
  CollectionChange,
  createCollection,
  deleteCollection,
  Facets,
  ItemFilter,
  listCollections,
  listFacets,
  listItemCollections,
  NewCollection,
} from '@nexus/shared/archive';
import { z } from 'zod';
import { body, IdParam, json, nothing, routes } from '../platform/routes.ts';

const tags = ['archive'];
const Collections = z.object({ collections: z.array(Collection) });

const facets = createRoute({
  method: 'get',
  path: '/media/facets',
  tags,
  summary: 'What the library can be filtered by, with how many items each choice would leave',
  request: { query: ItemFilter },
  responses: { 200: json(Facets, 'Most frequent first') },
});
const bulk = createRoute({
  method: 'post',
  path: '/media/bulk',
  tags,
  summary: 'Tag, collect, work anew or delete up to 500 items',
  description: 'What cannot be done to one item is reported beside the others, which are done.',
  request: { body: body(BulkChange) },
  responses: { 200: json(BulkReport, 'What was done, and what was refused and why') },
});
const list = createRoute({
  method: 'get',
  path: '/collections',
  tags,
  summary: 'Collections by name',
  responses: { 200: json(Collections, 'All of them') },
});
const create = createRoute({
  method: 'post',
  path: '/collections',
  tags,
  summary: 'Make an empty collection',
  request: { body: body(NewCollection) },
  responses: { 201: json(Collection, 'The collection') },
});
const change = createRoute({
  method: 'patch',
  path: '/collections/{id}',
  tags,
  summary: 'Rename or describe a collection',
  request: { params: IdParam, body: body(CollectionChange) },
  responses: { 200: json(Collection, 'As it is now') },
});
const remove = createRoute({
  method: 'delete',
  path: '/collections/{id}',
  tags,
  summary: 'Delete a collection; its items stay',
  request: { params: IdParam },
  responses: { 204: nothing },
});
const ofItem = createRoute({
  method: 'get',
  path: '/media/{id}/collections',
  tags,
  summary: 'The collections an item is in',
  request: { params: IdParam },
  responses: { 200: json(Collections, 'By name') },
});

/** Stands before `media`, whose `/media/{id}` would take these paths for ids. */
export const library = routes()
  .openapi(facets, async (c) => c.json(await listFacets(c.var.ctx, c.req.valid('query')), 200))
  .openapi(bulk, async (c) => c.json(await changeItems(c.var.ctx, c.req.valid('json')), 200))
  .openapi(list, async (c) => c.json(await listCollections(c.var.ctx), 200))
  .openapi(create, async (c) => {
    const collection = await createCollection(c.var.ctx, c.req.valid('json'));
    return c.json(collection, 201, { location: `/api/collections/${collection.id}` });
  })
  .openapi(change, async (c) => {
    const collectionId = c.req.valid('param').id;
    return c.json(await changeCollection(c.var.ctx, { collectionId, change: c.req.valid('json') }), 200);
  })
  .openapi(remove, async (c) => {
    await deleteCollection(c.var.ctx, { collectionId: c.req.valid('param').id });
    return c.body(null, 204);
  })
  .openapi(ofItem, async (c) => c.json(await listItemCollections(c.var.ctx, { itemId: c.req.valid('param').id }), 200));
