import { createRoute } from '@hono/zod-openapi';
import { changeMember, listMembers, Member, MemberChange, removeMember } from '@nexus/shared/platform';
import { z } from 'zod';
import { body, json, nothing, routes } from './routes.ts';

const tags = ['platform'];
const params = z.object({ userId: z.uuid() });

const list = createRoute({
  method: 'get',
  path: '/members',
  tags,
  summary: 'Everyone in the organisation',
  responses: { 200: json(z.object({ members: z.array(Member) }), 'Who joined first first') },
});
const change = createRoute({
  method: 'patch',
  path: '/members/{userId}',
  tags,
  summary: 'Give a member another role',
  request: { params, body: body(MemberChange) },
  responses: { 200: json(Member, 'As they are now') },
});
const remove = createRoute({
  method: 'delete',
  path: '/members/{userId}',
  tags,
  summary: 'Remove a member, or leave',
  request: { params },
  responses: { 204: nothing },
});

export const members = routes()
  .openapi(list, async (c) => c.json({ members: await listMembers(c.var.ctx) }, 200))
  .openapi(change, async (c) =>
    c.json(await changeMember(c.var.ctx, { ...c.req.valid('param'), ...c.req.valid('json') }), 200),
  )
  .openapi(remove, async (c) => {
    await removeMember(c.var.ctx, c.req.valid('param'));
    return c.body(null, 204);
  });
