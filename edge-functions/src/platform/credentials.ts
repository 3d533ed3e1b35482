import { createRoute } from '@hono/zod-openapi';
import { resumeWaiting } from '@nexus/shared/archive';
import { queueReembedding } from '@nexus/shared/assistant';
import {
  type AfterCredentialChange,
  CatalogueEntry,
  CatalogueKind,
  changeCredential,
  type Context,
  createCredential,
  Credential,
  CredentialChange,
  deleteCredential,
  listCatalogue,
  listCredentials,
  NewCredential,
} from '@nexus/shared/platform';
import { z } from 'zod';
import { body, IdParam, json, nothing, routes } from './routes.ts';

const tags = ['platform'];

const catalogue = createRoute({
  method: 'get',
  path: '/catalogue',
  tags,
  summary: 'What the running worker can use, with the forms for it',
  request: { query: z.object({ kind: CatalogueKind.optional() }) },
  responses: { 200: json(z.object({ entries: z.array(CatalogueEntry) }), 'Adapters') },
});
const list = createRoute({
  method: 'get',
  path: '/credentials',
  tags,
  summary: 'Connections to outside services',
  responses: { 200: json(z.object({ credentials: z.array(Credential) }), 'By kind, the preferred one first') },
});
const create = createRoute({
  method: 'post',
  path: '/credentials',
  tags,
  summary: 'Connect an outside service; items that waited for it go on',
  request: { body: body(NewCredential) },
  responses: { 201: json(Credential, 'Without its secret') },
});
const change = createRoute({
  method: 'patch',
  path: '/credentials/{id}',
  tags,
  summary: 'Change a connection',
  request: { params: IdParam, body: body(CredentialChange) },
  responses: { 200: json(Credential, 'As it is now') },
});
const remove = createRoute({
  method: 'delete',
  path: '/credentials/{id}',
  tags,
  summary: 'Forget a connection and its secret',
  request: { params: IdParam },
  responses: { 204: nothing },
});

/** In the transaction of the change: nothing is left waiting for what is there, and passages are read by the embedder that is. */
function goOn(ctx: Context): AfterCredentialChange {
  return async (tx, { kind }) => {
    await resumeWaiting(ctx, tx, ctx.orgId);
    if (kind === 'embedder') await queueReembedding(ctx, tx, ctx.orgId);
  };
}

export const credentials = routes()
  .openapi(catalogue, async (c) => c.json({ entries: await listCatalogue(c.var.ctx, c.req.valid('query')) }, 200))
  .openapi(list, async (c) => c.json({ credentials: await listCredentials(c.var.ctx) }, 200))
  .openapi(create, async (c) => c.json(await createCredential(c.var.ctx, c.req.valid('json'), goOn(c.var.ctx)), 201))
  .openapi(change, async (c) => {
    const input = { ...c.req.valid('param'), ...c.req.valid('json') };
    return c.json(await changeCredential(c.var.ctx, input, goOn(c.var.ctx)), 200);
  })
  .openapi(remove, async (c) => {
    await deleteCredential(c.var.ctx, c.req.valid('param'), goOn(c.var.ctx));
    return c.body(null, 204);
  });
