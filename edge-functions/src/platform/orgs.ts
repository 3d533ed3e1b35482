import { createRoute } from '@hono/zod-openapi';
import { deleteOrg, getOrg, getUsage, Org, OrgChange, OrgRemoval, renameOrg, Usage } from '@nexus/shared/platform';
import { body, json, nothing, routes } from './routes.ts';

const common = { path: '/orgs/current', tags: ['platform'] };

const read = createRoute({
  ...common,
  method: 'get',
  summary: 'The organisation',
  responses: { 200: json(Org, 'It') },
});
const change = createRoute({
  ...common,
  method: 'patch',
  summary: 'Rename the organisation',
  request: { body: body(OrgChange) },
  responses: { 200: json(Org, 'As it is now') },
});
const remove = createRoute({
  ...common,
  method: 'delete',
  summary: 'Delete the organisation with everything in it',
  request: { body: body(OrgRemoval) },
  responses: { 204: nothing },
});
const usage = createRoute({
  method: 'get',
  path: '/orgs/current/usage',
  tags: ['platform'],
  summary: 'What is stored and what was used',
  responses: { 200: json(Usage, 'Sums') },
});

export const orgs = routes()
  .openapi(read, async (c) => c.json(await getOrg(c.var.ctx), 200))
  .openapi(change, async (c) => c.json(await renameOrg(c.var.ctx, c.req.valid('json')), 200))
  .openapi(remove, async (c) => {
    await deleteOrg(c.var.ctx, c.req.valid('json'));
    return c.body(null, 204);
  })
  .openapi(usage, async (c) => c.json(await getUsage(c.var.ctx), 200));
