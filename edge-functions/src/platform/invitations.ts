import { createRoute } from '@hono/zod-openapi';
import {
  createInvitation,
  Invitation,
  listInvitations,
  MadeInvitation,
  NewInvitation,
  revokeInvitation,
} from '@nexus/shared/platform';
import { z } from 'zod';
import { body, IdParam, json, nothing, routes } from './routes.ts';

const tags = ['platform'];

const list = createRoute({
  method: 'get',
  path: '/invitations',
  tags,
  summary: 'Invitations, the newest first',
  responses: { 200: json(z.object({ invitations: z.array(Invitation) }), 'Used and ended ones too, 200 at most') },
});
const create = createRoute({
  method: 'post',
  path: '/invitations',
  tags,
  summary: 'Invite somebody by link',
  request: { body: body(NewInvitation) },
  responses: { 201: json(MadeInvitation, 'With the token, this once') },
});
const revoke = createRoute({
  method: 'delete',
  path: '/invitations/{id}',
  tags,
  summary: 'End an invitation that nobody has used',
  request: { params: IdParam },
  responses: { 204: nothing },
});

export const invitations = routes()
  .openapi(list, async (c) => c.json({ invitations: await listInvitations(c.var.ctx) }, 200))
  .openapi(create, async (c) => c.json(await createInvitation(c.var.ctx, c.req.valid('json')), 201))
  .openapi(revoke, async (c) => {
    await revokeInvitation(c.var.ctx, c.req.valid('param'));
    return c.body(null, 204);
  });
