import { createRoute } from '@hono/zod-openapi';
import { type Embedder, openEmbedder, searchPassages, SearchRequest, SearchResponse } from '@nexus/shared/assistant';
import { databaseAs, instanceConnections, openConnections } from '@nexus/shared/platform';
import type { ApiPorts } from '../platform/ports.ts';
import { body, json, routes } from '../platform/routes.ts';

const ask = createRoute({
  method: 'post',
  path: '/search',
  tags: ['assistant'],
  summary: 'Passages that answer a question in plain words',
  request: { body: body(SearchRequest) },
  responses: { 200: json(SearchResponse, 'The best first') },
});

export function searchRoutes(ports: ApiPorts) {
  return routes().openapi(ask, async (c) => {
    const embedder = await embedderFor(ports, c.var.ctx.orgId);
    return c.json(await searchPassages(c.var.ctx, c.req.valid('json'), { embedder }), 200);
  });
}

/** The one that the worker uses for this organisation: questions must be placed as its passages were. */
async function embedderFor({ embedder, kysely, vault, keys }: ApiPorts, orgId: string): Promise<Embedder | null> {
  if (embedder) return embedder;
  const service = databaseAs(kysely, { role: 'service_role' });
  const own = await service.transaction().execute((tx) => openConnections(tx, vault, orgId, 'embedder'));
  const [connection] = [...own, ...instanceConnections(keys, 'embedder')];
  return connection ? openEmbedder(connection.adapter, connection) : null;
}
