import { createRoute } from '@hono/zod-openapi';
import { ApiKey, createKey, listKeys, MadeKey, NewKey, revokeKey } from '@nexus/shared/platform';
import { z } from 'zod';
import { body, IdParam, json, nothing, routes } from './routes.ts';

const tags = ['platform'];

const list = createRoute({
  method: 'get',
  path: '/keys',
  tags,
  summary: 'API keys: my own, or as an admin all',
  responses: { 200: json(z.object({ keys: z.array(ApiKey) }), 'The newest first') },
});
const create = createRoute({
  method: 'post',
  path: '/keys',
  tags,
  summary: 'Make an API key that acts for me',
  request: { body: body(NewKey) },
  responses: { 201: json(MadeKey, 'With the key, this once') },
});
const revoke = createRoute({
  method: 'delete',
  path: '/keys/{id}',
  tags,
  summary: 'End an API key at once',
  request: { params: IdParam },
  responses: { 204: nothing },
});

export const keys = routes()
  .openapi(list, async (c) => c.json({ keys: await listKeys(c.var.ctx) }, 200))
  .openapi(create, async (c) => c.json(await createKey(c.var.ctx, c.req.valid('json')), 201))
  .openapi(revoke, async (c) => {
    await revokeKey(c.var.ctx, c.req.valid('param'));
    return c.body(null, 204);
  });
