import { createRoute } from '@hono/zod-openapi';
import { AuditEntry, listAudit, PageQuery } from '@nexus/shared/platform';
import { z } from 'zod';
import { json, routes } from './routes.ts';

const list = createRoute({
  method: 'get',
  path: '/audit',
  tags: ['platform'],
  summary: 'Who did what',
  request: { query: PageQuery },
  responses: {
    200: json(z.object({ entries: z.array(AuditEntry), nextCursor: z.string().nullable() }), 'The newest first'),
  },
});

export const audit = routes().openapi(list, async (c) => c.json(await listAudit(c.var.ctx, c.req.valid('query')), 200));
