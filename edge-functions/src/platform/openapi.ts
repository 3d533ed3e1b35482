import type { OpenAPIHono } from '@hono/zod-openapi';
import { z } from 'zod';
import type { ApiEnv } from './ports.ts';
import { Problem } from './problem.ts';

export type OpenApiDocument = ReturnType<OpenAPIHono<ApiEnv>['getOpenAPI31Document']>;

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** OpenAPI 3.1 from the routes, with what all of them share: the two ways to sign in, the headers, the problem. */
export function describeApi(api: OpenAPIHono<ApiEnv>, version: string): OpenApiDocument {
  const { openAPIRegistry: registry } = api;
  const { $schema: _, ...problem } = z.toJSONSchema(Problem);
  registry.registerComponent(
    'schemas',
    'Problem',
    problem as Parameters<typeof registry.registerComponent<'schemas'>>[2],
  );
  registry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: 'A Supabase access token, or an API key (`nx_…`).',
  });
  registry.registerComponent('parameters', 'Organisation', {
    name: 'X-Nexus-Org',
    in: 'header',
    schema: { type: 'string', format: 'uuid' },
    description: 'Which of my organisations; by default the one I joined first. A key has its own.',
  });
  registry.registerComponent('parameters', 'IdempotencyKey', {
    name: 'Idempotency-Key',
    in: 'header',
    schema: { type: 'string', maxLength: 255 },
    description: 'The same key with the same request gets the same answer for 24 hours, and acts once.',
  });
  registry.registerComponent('responses', 'Problem', {
    description: 'A problem (RFC 9457)',
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  });

  const document = api.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Nexus',
      version,
      description:
        'Times are RFC 3339, sizes bytes, durations seconds. Lists page by `cursor`; failures are problems (RFC 9457).',
    },
    servers: [{ url: '/api' }, { url: '/functions/v1/api' }],
    security: [{ bearer: [] }],
  });
  for (const path of Object.values(document.paths ?? {})) {
    for (const method of METHODS) {
      const operation = path[method];
      if (!operation) continue;
      const isPublic = operation.security?.length === 0;
      operation.parameters = [
        ...(operation.parameters ?? []),
        ...(isPublic ? [] : [{ $ref: '#/components/parameters/Organisation' }]),
        ...(method === 'get' ? [] : [{ $ref: '#/components/parameters/IdempotencyKey' }]),
      ];
      operation.responses = { ...operation.responses, default: { $ref: '#/components/responses/Problem' } };
    }
  }
  return document;
}
