import { createRoute } from '@hono/zod-openapi';
import { Conversation, getConversation } from '@nexus/shared/listening';
import { PageQuery } from '@nexus/shared/platform';
import { IdParam, json, routes } from '../platform/routes.ts';

const read = createRoute({
  method: 'get',
  path: '/conversations/{id}',
  tags: ['listening'],
  summary: 'A conversation as a tree, page by page',
  description:
    'Each answer right below what it answers, by time. Answers to posts that cannot be seen stand below a gap (`isAfterGap`).',
  request: { params: IdParam, query: PageQuery },
  responses: { 200: json(Conversation, 'A page of it') },
});

export const conversations = routes().openapi(read, async (c) => {
  const input = { conversationId: c.req.valid('param').id, ...c.req.valid('query') };
  return c.json(await getConversation(c.var.ctx, input), 200);
});
