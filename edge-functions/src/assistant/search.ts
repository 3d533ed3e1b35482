import { createRoute } from '@hono/zod-openapi';
import {
  EmbeddingState,
  getEmbeddingState,
  openServingEmbedder,
  searchPassages,
  SearchRequest,
  SearchResponse,
  type ServingEmbedder,
} from '@nexus/shared/assistant';
import { databaseAs } from '@nexus/shared/platform';
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

const state = createRoute({
  method: 'get',
  path: '/search/embeddings',
  tags: ['assistant'],
  summary: 'Whose vectors serve the search by meaning, and how many passages have them',
  responses: { 200: json(EmbeddingState, 'As it is now') },
});

export function searchRoutes(ports: ApiPorts) {
  return routes()
    .openapi(ask, async (c) => {
      const serving = await servingEmbedder(ports, c.var.ctx.orgId);
      return c.json(await searchPassages(c.var.ctx, c.req.valid('json'), serving), 200);
    })
    .openapi(state, async (c) => c.json(await getEmbeddingState(c.var.ctx), 200));
}

/** The one that read this organisation's passages: questions must be placed as they were. */
export async function servingEmbedder(
  { embedder, kysely, vault, keys }: ApiPorts,
  orgId: string,
): Promise<ServingEmbedder> {
  if (embedder) return { embedder, warning: null };
  const service = databaseAs(kysely, { role: 'service_role' });
  return service.transaction().execute((tx) => openServingEmbedder(tx, { vault, keys }, orgId));
}
