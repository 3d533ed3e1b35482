import { createRoute } from '@hono/zod-openapi';
import { listSources, SourceInfo } from '@nexus/shared/listening';
import { z } from 'zod';
import { json, routes } from '../platform/routes.ts';

const list = createRoute({
  method: 'get',
  path: '/sources',
  tags: ['listening'],
  summary: 'Where posts can be searched: limits, prices, and what each needs',
  responses: { 200: json(z.object({ sources: z.array(SourceInfo) }), 'By name') },
});

export const sources = routes().openapi(list, async (c) => c.json({ sources: await listSources(c.var.ctx) }, 200));
