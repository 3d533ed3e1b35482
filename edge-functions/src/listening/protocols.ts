import { createRoute } from '@hono/zod-openapi';
import { getProtocol, requestRefresh, SourceProtocol } from '@nexus/shared/listening';
import { json, routes } from '../platform/routes.ts';

const tags = ['listening'];

const read = createRoute({
  method: 'get',
  path: '/sources/x/protocol',
  tags,
  summary: 'Whether X is still spoken to as it wants',
  description: 'Checked once an hour while a campaign searches X. `changed` tells that it cannot be read, and why.',
  responses: { 200: json(SourceProtocol, 'As it was when it was last checked') },
});
const refresh = createRoute({
  method: 'post',
  path: '/sources/x/refresh',
  tags,
  summary: 'Read anew how X wants to be spoken to',
  description: 'For owners and admins. A worker reads X’s web app; follow `version` and `checkedAt` of the protocol.',
  responses: { 202: json(SourceProtocol, 'Queued; the protocol as it is until then') },
});

export const protocols = routes()
  .openapi(read, async (c) => c.json(await getProtocol(c.var.ctx), 200))
  .openapi(refresh, async (c) => {
    await requestRefresh(c.var.ctx);
    return c.json(await getProtocol(c.var.ctx), 202);
  });
